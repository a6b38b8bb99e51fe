import { RECORD_PATH, type RecordAnswer } from '../local/record/record-endpoint.ts';
import type { Target } from '../target/target.ts';

/** What the local AWS remembers of the events about a text; undefined on AWS. */
export async function readLocalRecord(
  { kind, settings }: Target,
  { about, signal }: { readonly about: string; readonly signal: AbortSignal },
): Promise<RecordAnswer | undefined> {
  if (kind !== 'local' || settings.endpoint === undefined) return undefined;
  const answer = await fetch(`${settings.endpoint}${RECORD_PATH}?${new URLSearchParams({ about })}`, {
    signal,
  });
  if (!answer.ok) throw new Error(`${settings.endpoint} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as RecordAnswer;
}
