import type { DataOf, Envelope } from '../runtime/event.ts';
import type { Announcement, FanIn } from '../runtime/fan-in.ts';
import type { Log } from '../runtime/log.ts';
import type { Image } from './image.ts';
import type { Reviews } from './reviews.ts';
import { reachVerdict } from './verdict.ts';

export interface AnnounceOptions {
  readonly fanIn: FanIn;
  readonly reviews: Reviews;
  readonly publish: (
    type: 'ImageReviewed.v1',
    data: DataOf<'ImageReviewed.v1'>,
    options: { readonly causedBy: Envelope },
  ) => Promise<unknown>;
}

/** Says the verdict on a picture if it is due, then notes that it was said: so it is said at least once. */
export async function announceVerdict(
  { fanIn, reviews, publish }: AnnounceOptions,
  {
    announcement,
    image,
    awaited,
    causedBy,
    log,
  }: {
    readonly announcement: Announcement | undefined;
    readonly image: Image;
    /** The consumers that this review waits for. */
    readonly awaited: readonly string[];
    readonly causedBy: Envelope;
    readonly log: Log;
  },
): Promise<void> {
  if (!announcement) return;
  const { imageId } = image;
  const verdict = reachVerdict({ awaited, opinions: await reviews.opinions(imageId) });
  await publish('ImageReviewed.v1', { image, ...verdict }, { causedBy });
  await fanIn.markAnnounced(announcement);
  log.info('verdict announced', { imageId, verdict: verdict.verdict, missing: verdict.missing });
}
