import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addToApp } from './add-to-app.ts';
import { type ConsumerOptions, planConsumer } from './plan-consumer.ts';
import { renderConsumer } from './render-consumer.ts';
import { refuseExisting, writeOrUndo } from './write-or-undo.ts';

export interface MakeConsumerOptions extends ConsumerOptions {
  /** Whether to check and name everything, but write nothing. @default false */
  readonly isDryRun?: boolean;
  /** Undoes what was written. */
  readonly signal: AbortSignal;
}

export interface MadeConsumer {
  readonly name: string;
  readonly domain: string;
  /** The one to fill in. */
  readonly decision: string;
  readonly tests: string;
  /** Paths from the root. */
  readonly created: readonly string[];
  readonly changed: readonly string[];
  /** What the person should know, in sentences. */
  readonly warnings: readonly string[];
}

/** Makes a consumer that compiles, passes its test and is deployed with the others. Throws `UserError`, and has then written nothing. */
export async function makeConsumer({
  isDryRun = false,
  signal,
  ...options
}: MakeConsumerOptions): Promise<MadeConsumer> {
  const { root } = options;
  const plan = planConsumer(options);
  const created = renderConsumer(plan);
  const changed = [{ path: APP, content: addToApp(readFileSync(join(root, APP), 'utf8'), plan) }];
  if (isDryRun) refuseExisting(root, created);
  else await writeOrUndo({ root, created, changed, signal });
  const { name, domain, warnings } = plan;
  return {
    name,
    domain,
    decision: `services/${domain}/${name}/${name}.ts`,
    tests: `test/services/${domain}/${name}`,
    created: created.map(({ path }) => path),
    changed: [APP],
    warnings,
  };
}

const APP = 'infra/app.ts';
