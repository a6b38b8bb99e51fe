import type { ConsumedBy } from '../../runtime/delivery.ts';
import type { EventOf } from '../../runtime/event.ts';
import type { Log } from '../../runtime/log.ts';
import { done, type Outcome, park } from '../../runtime/outcome.ts';
import { type AnnounceOptions, announceVerdict } from '../announce-verdict.ts';
import { awaitedAnswers } from '../awaited-answers.ts';
import { identifyImage } from '../image.ts';
import { parkUnidentified } from '../park-unidentified.ts';
import type { FacePolicy } from './face-policy.ts';
import { type AnswerEvent, judge } from './judge.ts';
import type { subscription } from './subscription.ts';

export interface GathererOptions extends AnnounceOptions {
  /** The consumers that a new review waits for. */
  readonly awaited: readonly string[];
  readonly faces: FacePolicy;
}

/**
 * Handles the upload of a picture and the answers about it, in any order: whichever comes first begins the review. The order
 * is what survives a crash at any point: write, record, announce.
 */
export function createGatherer({ awaited: awaitedNow, faces, ...options }: GathererOptions) {
  const { fanIn, reviews } = options;

  return async function gatherVerdict(
    event: EventOf<ConsumedBy<typeof subscription>>,
    { log }: { readonly log: Log },
  ): Promise<Outcome> {
    return event['detail-type'] === 'Object Created' ? hearUpload(event, log) : hearAnswer(event, log);
  };

  async function hearUpload(event: EventOf<'Object Created'>, log: Log): Promise<Outcome> {
    const image = identifyImage(event.detail);
    if (!image) return parkUnidentified(event.detail.object.key);
    const awaited = await reviews.begin(image, awaitedNow);
    const { announcement } = await fanIn.expect({ jobId: image.imageId, parts: awaited.length });
    await announceVerdict(options, { announcement, image, awaited, causedBy: event, log });
    return done();
  }

  async function hearAnswer(event: AnswerEvent, log: Log): Promise<Outcome> {
    const { image } = event.detail.data;
    const judgement = judge(event, faces);
    if (!judgement) return park('the answer has neither a result nor a refusal');
    const consumer = consumerOf(event);
    const awaited = await reviews.begin(image, awaitedNow);
    const part = awaited.indexOf(consumer);
    if (part === -1) {
      log.info('answer not awaited', { imageId: image.imageId, consumer });
      return done();
    }
    await reviews.addOpinion(image.imageId, { consumer, ...judgement });
    const pieces = [{ id: `${part}`, totals: {} }];
    const { announcement } = await fanIn.record({ jobId: image.imageId, pieces });
    await announceVerdict(options, { announcement, image, awaited, causedBy: event, log });
    return done();
  }
}

function consumerOf({ source, 'detail-type': type }: AnswerEvent): string {
  const answer = awaitedAnswers.find(({ event }) => event === `${source}/${type}`);
  if (!answer) throw new Error(`${type} is the answer of no consumer: add it to awaited-answers.ts`);
  return answer.consumer;
}
