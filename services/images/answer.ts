import { type Clock, systemClock } from '../runtime/clock.ts';
import type { Envelope, EventOf } from '../runtime/event.ts';
import type { Log } from '../runtime/log.ts';
import { done, type Outcome, park } from '../runtime/outcome.ts';
import { type Image, identifyImage } from './image.ts';
import { type RefusalCode, UnusableImageError } from './unusable-image-error.ts';

/** What a consumer says of one picture: either a result, or why there can never be one. */
export interface Answer<Result> {
  readonly image: Image;
  readonly tookMs: number;
  readonly result?: Result;
  readonly refusal?: { readonly code: RefusalCode; readonly reason: string };
}

export interface AnswererOptions<Result> {
  /** The consumer's one job. A picture that it can never do it for is an `UnusableImageError`; what else it throws is a retry. */
  readonly work: (image: Image, invocation: { readonly log: Log }) => Promise<Result>;
  readonly publish: (
    answer: Answer<Result>,
    options: { readonly causedBy: Envelope; readonly about: string },
  ) => Promise<readonly string[]>;
  /** @default the system's */
  readonly clock?: Clock;
}

/** Handles the upload of a picture: does the work and publishes the answer, a refusal being one. */
export function createAnswerer<Result>({ work, publish, clock = systemClock }: AnswererOptions<Result>) {
  return async function answer(
    event: EventOf<'Object Created'>,
    { log }: { readonly log: Log },
  ): Promise<Outcome> {
    const image = identifyImage(event.detail);
    if (!image) {
      return park(
        `the key "${event.detail.object.key}" names no user of 1 to 128 characters: upload to profile-pictures/<userId>/<name>`,
      );
    }
    const startedAt = clock.now();
    const outcome = await attempt(() => work(image, { log }));
    const tookMs = Math.max(0, Math.round(clock.now() - startedAt));
    // Said again, it takes another time, and may find the picture gone: the first answer is the event.
    await publish({ image, tookMs, ...outcome }, { causedBy: event, about: image.imageId });
    log.info('picture answered', {
      imageId: image.imageId,
      tookMs,
      ...('refusal' in outcome ? { refusal: outcome.refusal.code } : {}),
    });
    return done();
  };
}

async function attempt<Result>(
  work: () => Promise<Result>,
): Promise<{ readonly result: Result } | { readonly refusal: { code: RefusalCode; reason: string } }> {
  try {
    return { result: await work() };
  } catch (error) {
    if (!(error instanceof UnusableImageError)) throw error;
    return { refusal: { code: error.code, reason: error.message.slice(0, 500) } };
  }
}
