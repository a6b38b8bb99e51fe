import { generate } from '../codegen/generate.ts';
import { type EventOptions, planEvent } from './plan-event.ts';
import { refuseExisting, writeOrUndo } from './write-or-undo.ts';

export interface MakeEventOptions extends EventOptions {
  /** Whether to check and name everything, but write nothing. @default false */
  readonly isDryRun?: boolean;
  /** Undoes what was written. */
  readonly signal: AbortSignal;
}

export interface MadeEvent {
  /** The one to fill in. Paths from the root. */
  readonly schema: string;
  /** What codegen made of it. */
  readonly generated: readonly string[];
}

/** Makes the schema of an event, and of it what codegen makes. Throws `UserError`, and has then written nothing. */
export async function makeEvent({
  isDryRun = false,
  signal,
  ...options
}: MakeEventOptions): Promise<MadeEvent> {
  const { root } = options;
  const schema = planEvent(options);
  refuseExisting(root, [schema]);
  if (isDryRun) return { schema: schema.path, generated: [] };
  let generated: readonly string[] = [];
  const finish = async () => {
    generated = (await generate(root)).changed;
  };
  try {
    await writeOrUndo({ root, created: [schema], finish, signal });
  } catch (error) {
    if (generated.length > 0) await generate(root);
    throw error;
  }
  return { schema: schema.path, generated };
}
