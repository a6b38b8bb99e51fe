import type { EventOf } from '../../runtime/event.ts';
import type { Log } from '../../runtime/log.ts';
import { done, type Outcome } from '../../runtime/outcome.ts';
import { type AnnounceOptions, announceVerdict } from '../announce-verdict.ts';
import { identifyImage } from '../image.ts';
import { parkUnidentified } from '../park-unidentified.ts';

export interface CloserOptions extends AnnounceOptions {
  /** The consumers that a new review waits for. */
  readonly awaited: readonly string[];
}

/**
 * Handles the upload of a picture once the time for answers is over: those that are not on record are given up, and the
 * verdict is announced without them. An answer that comes later corrects it.
 */
export function createCloser({ awaited: awaitedNow, ...options }: CloserOptions) {
  const { fanIn, reviews } = options;

  return async function closeReview(
    event: EventOf<'Object Created'>,
    { log }: { readonly log: Log },
  ): Promise<Outcome> {
    const image = identifyImage(event.detail);
    if (!image) return parkUnidentified(event.detail.object.key);
    const { imageId: jobId } = image;
    const { complete, announcedAt } = await fanIn.progress(jobId);
    if (complete && announcedAt) return done();

    const awaited = await reviews.begin(image, awaitedNow);
    await fanIn.expect({ jobId, parts: awaited.length });
    // An answer on record stays so: only the others become failed, whoever is recording them at this moment.
    const pieces = awaited.map((_, part) => ({ id: `${part}`, totals: {}, failed: true }));
    const { announcement } = await fanIn.record({ jobId, pieces });
    await announceVerdict(options, { announcement, image, awaited, causedBy: event, log });
    return done();
  };
}
