import type { DataOf } from '../../runtime/event.ts';
import type { TaskFile } from '../task-file.ts';
import type { Checkpoint, Part } from './read-parts.ts';

/** A PutEvents request takes ten events; three under way keep reading and publishing busy in constant memory. */
const PARTS_PER_REQUEST = 10;
const REQUESTS_UNDER_WAY = 3;

/**
 * Publishes parts while they are read, until they end or time is short. When it returns, all parts before `next` are
 * published; it throws when one could not be.
 */
export async function publishParts({
  file: { taskFileId, owner },
  parts,
  from,
  send,
  isTimeShort,
}: {
  readonly file: Pick<TaskFile, 'taskFileId' | 'owner'>;
  readonly parts: AsyncIterable<Part>;
  readonly from: Checkpoint;
  readonly send: (batch: readonly DataOf<'TaskRowsRead.v1'>[]) => Promise<unknown>;
  readonly isTimeShort: () => boolean;
}): Promise<{ readonly next: Checkpoint; readonly isPaused: boolean }> {
  const underWay = new Set<Promise<unknown>>();
  let batch: DataOf<'TaskRowsRead.v1'>[] = [];
  let next = from;
  let isPaused = false;

  for await (const part of parts) {
    batch.push({ taskFileId, owner, part: part.part, rows: [...part.rows] });
    next = part.next;
    if (batch.length < PARTS_PER_REQUEST) continue;
    await flush();
    if (isTimeShort()) {
      isPaused = true;
      break;
    }
  }
  if (batch.length > 0) await flush();
  await Promise.all(underWay);
  return { next, isPaused };

  async function flush() {
    // One that failed stays in the set, so that waiting for the set throws.
    const sending: Promise<unknown> = send(batch).then(() => underWay.delete(sending));
    sending.catch(() => {});
    underWay.add(sending);
    batch = [];
    if (underWay.size >= REQUESTS_UNDER_WAY) await Promise.race(underWay);
  }
}
