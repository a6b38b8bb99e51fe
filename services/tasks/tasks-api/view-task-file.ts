import type { TaskFile } from '../../../generated/http/tasks.ts';
import { type Clock, systemClock } from '../../runtime/clock.ts';
import type { FanIn } from '../../runtime/fan-in.ts';
import { countsOf } from '../announce-completion.ts';
import type { Counts } from '../task-files.ts';
import type { TaskFileRecord } from './task-file-records.ts';

/** Makes what callers see of a file: with its counts as they are now, and how fast it went until now, or until its end. */
export function createTaskFileView({
  fanIn,
  clock = systemClock,
}: {
  readonly fanIn: Pick<FanIn, 'progress'>;
  /** @default the system's */
  readonly clock?: Clock;
}) {
  return async function viewTaskFile({ counts, rowsRead, ...record }: TaskFileRecord): Promise<TaskFile> {
    const { created, rejected, failed }: Counts = counts ?? countsOf(await fanIn.progress(record.id));
    const total = counts?.total ?? rowsRead;
    const processed = created + rejected + failed;
    return {
      ...record,
      ...(total !== undefined && { total, unprocessed: total - processed }),
      processed,
      created,
      rejected,
      failed,
      ...rateOf(processed, record),
    };
  };

  function rateOf(processed: number, { startedAt, completedAt, failedAt }: Omit<TaskFileRecord, 'counts'>) {
    if (startedAt === undefined) return {};
    const end = completedAt ?? failedAt;
    const ms = (end === undefined ? clock.now() : Date.parse(end)) - Date.parse(startedAt);
    return ms > 0 ? { rate: Math.round((processed * 10_000) / ms) / 10 } : {};
  }
}
