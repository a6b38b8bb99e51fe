import { createHash, randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createFolderCache } from '../infra/folder-cache.ts';
import { hashSources } from '../infra/hash-sources.ts';
import type { Overrides } from '../infra/overrides.ts';
import { readSubscriptions } from '../infra/read-subscriptions.ts';
import { nativeOverrides } from './native-overrides.ts';
import { synthesiseApp } from './synthesise-app.ts';

export interface SynthesiseSystemOptions {
  /** @default 'dev' */
  readonly stage?: string;
  /** Settings of single consumers. @default none */
  readonly overrides?: Overrides;
  /** More of CDK's context, such as `issuer`. @default none */
  readonly context?: Readonly<Record<string, string>>;
  /**
   * Whether it is for the local AWS: consumers with native code are moved to the processor of this machine, and CDK does not hold the
   * templates to CloudFormation's rules, which takes as long as all the rest. @default true
   */
  readonly isForThisMachine?: boolean;
  /** Ends the synthesis. @default it runs to its end */
  readonly signal?: AbortSignal;
  /** The folder of the app and its sources. @default this repository */
  readonly root?: string;
}

export interface SynthesisedSystem {
  /** The folder of the cloud assembly. It is shared: nobody may change it. */
  readonly assembly: string;
  /** Whether it was there already, made of the same sources for the same stage and overrides. */
  readonly isUnchanged: boolean;
}

/**
 * The cloud assembly of Fanbus, as it runs on this machine unless it is for AWS, synthesised unless somebody has done so before. The
 * contracts must be generated. Throws `UserError`.
 */
export async function synthesiseSystem(options: SynthesiseSystemOptions = {}): Promise<SynthesisedSystem> {
  const { isForThisMachine = true, overrides = {}, root = repository, signal, stage = 'dev' } = options;
  const machine = process.arch === 'arm64' ? 'arm64' : 'x86_64';
  const here = isForThisMachine
    ? nativeOverrides(readSubscriptions(root), { overrides, machine })
    : overrides;
  const context = { ...options.context, stage, overrides: JSON.stringify(here) };
  const environment: Record<string, string> = isForThisMachine ? { CDK_VALIDATION: 'false' } : {};
  const cache = createFolderCache({ root, name: 'assemblies', most: 12 });
  const key = keyOf(root, context, environment);
  const kept = cache.find(key);
  if (kept !== undefined) return { assembly: kept, isUnchanged: true };

  const folder = cache.open();
  const removeFolder = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', removeFolder);
  try {
    const assembly = await synthesiseApp({ appDir: root, folder, context, environment, signal });
    // What was made while somebody changed a source may be found by nobody else.
    const isTrue = keyOf(root, context, environment) === key;
    return { assembly: cache.keep(isTrue ? key : randomUUID(), assembly), isUnchanged: false };
  } finally {
    process.off('exit', removeFolder);
    removeFolder();
  }
}

function keyOf(root: string, ...madeWith: readonly Readonly<Record<string, string>>[]): string {
  const parts = JSON.stringify([hashSources(root), ...madeWith]);
  return createHash('sha256').update(parts).digest('hex').slice(0, 32);
}

const repository = join(import.meta.dirname, '..');
