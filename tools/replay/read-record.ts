import { hourFolder, openRecordedEvents, type RecordedEvent } from '../target/recorded-events.ts';
import type { Target } from '../target/target.ts';

/**
 * Every event of ours on record since an hour before a moment (milliseconds), each once, in no certain order. Undefined when there is no
 * record.
 */
export async function readRecord(
  target: Target,
  { since, signal }: { readonly since: number; readonly signal: AbortSignal },
): Promise<AsyncIterable<RecordedEvent> | undefined> {
  const record = openRecordedEvents(target, signal);
  const folders = await record.typeFolders().catch((error: unknown) => {
    record.close();
    throw error;
  });
  if (folders !== undefined) return eventsIn(folders);
  record.close();
  return undefined;

  async function* eventsIn(folders: readonly string[]): AsyncIterable<RecordedEvent> {
    try {
      for (const folder of folders) {
        let after: string | undefined = folder + hourFolder(since - 3_600_000);
        while (after !== undefined) {
          const { files, isCut } = await record.list(folder, { after });
          yield* record.read(files);
          after = isCut ? files.at(-1) : undefined;
        }
      }
    } finally {
      record.close();
    }
  }
}
