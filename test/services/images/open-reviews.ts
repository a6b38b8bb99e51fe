import { imageReviewedV1 } from '../../../generated/events/image-reviewed-v1.ts';
import { awaitedConsumers } from '../../../services/images/awaited-answers.ts';
import { createCloser } from '../../../services/images/close-review/close-review.ts';
import { createGatherer } from '../../../services/images/gather-verdict/gather-verdict.ts';
import type { AnswerEvent } from '../../../services/images/gather-verdict/judge.ts';
import type { Image } from '../../../services/images/image.ts';
import { createReviews } from '../../../services/images/reviews.ts';
import type { DataOf, Envelope, EventOf } from '../../../services/runtime/event.ts';
import { createFanIn } from '../../../services/runtime/fan-in.ts';
import { findViolation } from '../../../services/runtime/find-violation.ts';
import { createMetadata } from '../../../services/runtime/metadata.ts';
import { startTable } from '../runtime/fan-in/dynalite.ts';
import { createRecordedLog } from '../runtime/recorded-log.ts';
import { createWorkers, type Worker } from './workers.ts';

type Reviewed = DataOf<'ImageReviewed.v1'>;

interface ReviewWorker extends Worker {
  /** The consumers that its code waits for. @default those of today */
  readonly awaited?: readonly string[];
}

/** gather-verdict and close-review over one table. */
export async function openReviews() {
  const table = await startTable();
  const workers = createWorkers();
  table.client.middlewareStack.add((next) => (args) => workers.request(() => next(args)), {
    step: 'initialize',
  });
  const fanIn = createFanIn(table);
  const reviews = createReviews(table);
  const { log, lines } = createRecordedLog();
  const published: Reviewed[] = [];

  const publish = (_: 'ImageReviewed.v1', data: Reviewed, { causedBy }: { causedBy: Envelope }) =>
    workers.request(async () => {
      const metadata = createMetadata({ producer: 'test', causedBy, nowMs: Date.now() });
      const violation = findViolation(imageReviewedV1.validate, { metadata: metadata(), data });
      if (violation !== undefined) throw new Error(violation);
      published.push(structuredClone(data));
    });

  return {
    ...table,
    fanIn,
    lines,
    gather(event: EventOf<'Object Created'> | AnswerEvent, worker: ReviewWorker = {}) {
      const { awaited = awaitedConsumers } = worker;
      const gather = createGatherer({ fanIn, reviews, publish, awaited, faces: { least: 1, most: 1 } });
      return workers.run(worker, () => gather(event, { log }));
    },
    close(event: EventOf<'Object Created'>, worker: ReviewWorker = {}) {
      const { awaited = awaitedConsumers } = worker;
      const close = createCloser({ fanIn, reviews, publish, awaited });
      return workers.run(worker, () => close(event, { log }));
    },
    /** All verdicts that were said about a picture. */
    said: ({ imageId }: Image) => published.filter(({ image }) => image.imageId === imageId),
    end: () => table.close(),
  };
}
