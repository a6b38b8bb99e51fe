import type { EventOf } from '../../runtime/event.ts';
import type { FanIn } from '../../runtime/fan-in.ts';
import type { Log } from '../../runtime/log.ts';
import { done, type Outcome, retry } from '../../runtime/outcome.ts';
import { countsOf } from '../announce-completion.ts';
import type { TaskFiles } from '../task-files.ts';

/** Sets a file COMPLETED with the counts that hold now, which may be newer than the event's. */
export function createCompleter({ fanIn, files }: { readonly fanIn: FanIn; readonly files: TaskFiles }) {
  return async function completeTaskFile(
    { detail: { data, metadata } }: EventOf<'TaskFileCompleted.v1'>,
    { log }: { readonly log: Log },
  ): Promise<Outcome> {
    const { taskFileId } = data;
    const progress = await fanIn.progress(taskFileId);
    if (!progress.complete) return retry('the fan-in does not say that the file is complete');
    const counts = countsOf(progress);
    await files.complete(taskFileId, counts);
    log.info('task file completed', { taskFileId, ...counts, correlationId: metadata.correlationId });
    return done();
  };
}
