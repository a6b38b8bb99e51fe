import type { DataOf, Envelope } from '../runtime/event.ts';
import type { Announcement, FanIn, Progress } from '../runtime/fan-in.ts';
import type { Counts, TaskFiles } from './task-files.ts';

export interface AnnounceOptions {
  readonly fanIn: FanIn;
  readonly files: TaskFiles;
  readonly publish: (
    type: 'TaskFileCompleted.v1',
    data: DataOf<'TaskFileCompleted.v1'>,
    options: { readonly causedBy: Envelope },
  ) => Promise<unknown>;
}

/** Says that every row of a file is dealt with, then notes that this was said: so it is said at least once. */
export async function announceCompletion(
  { fanIn, files, publish }: AnnounceOptions,
  announcement: Announcement,
  causedBy: Envelope,
): Promise<void> {
  const { jobId: taskFileId } = announcement;
  const [progress, { owner, name }] = await Promise.all([fanIn.progress(taskFileId), files.get(taskFileId)]);
  await publish('TaskFileCompleted.v1', { taskFileId, owner, name, ...countsOf(progress) }, { causedBy });
  await fanIn.markAnnounced(announcement);
}

/** The rows of a file by what became of them. */
export function countsOf({ totals, failed }: Pick<Progress, 'totals' | 'failed'>): Counts {
  const { created = 0, rejected = 0 } = totals;
  return { total: created + rejected + failed, created, rejected, failed };
}
