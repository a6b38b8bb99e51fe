import type { DataOf } from '../runtime/event.ts';
import type { RefusalCode } from './unusable-image-error.ts';

/** What one answer means for the verdict. */
export interface Opinion {
  /** Whose answer it is. */
  readonly consumer: string;
  readonly stance: 'approve' | 'review' | 'reject';
  /** For people; none when it approves. */
  readonly reasons: readonly string[];
  /** Set when the consumer can never process the picture. */
  readonly refusal?: RefusalCode;
  /** True: the picture is in quarantine. @default false */
  readonly isThreat?: boolean;
  readonly thumbnails?: readonly Thumbnail[];
}

export type Verdict = Omit<DataOf<'ImageReviewed.v1'>, 'image'>;
export type Thumbnail = Verdict['thumbnails'][number];

/**
 * The verdict on a picture, from the consumers that were asked and the opinions that are in. One that rejects decides; one that
 * wants a review, or is missing, leaves it to a person. What decides is the first of the reasons.
 */
export function reachVerdict({
  awaited,
  opinions,
}: {
  readonly awaited: readonly string[];
  readonly opinions: readonly Opinion[];
}): Verdict {
  const opinionOf = new Map(opinions.map((opinion) => [opinion.consumer, opinion]));
  // In the order of those asked, not of those who answered: the same opinions are the same verdict.
  const given = awaited.flatMap((consumer) => opinionOf.get(consumer) ?? []);
  const missing = awaited.filter((consumer) => !opinionOf.has(consumer));
  const { reject = [], review = [] } = Object.groupBy(given, ({ stance }) => stance);
  const isOpen = review.length > 0 || missing.length > 0;
  const reasons = [
    ...reasonsOf([...reject, ...review]),
    ...missing.map((consumer) => `${consumer} did not answer in time`),
  ];
  return {
    verdict: reject.length > 0 ? 'rejected' : isOpen ? 'needs-review' : 'approved',
    reasons: reasons.slice(0, MAX_REASONS),
    answers: awaited.map((consumer) => ({ consumer, state: stateOf(opinionOf.get(consumer)) })),
    answered: given.length,
    missing,
    thumbnails: given.flatMap(({ thumbnails = [] }) => thumbnails),
  };
}

/** Each reason once. Refusals of one code are one reason, in the words of the first. */
function reasonsOf(opinions: readonly Opinion[]): string[] {
  // That it is gone is what quarantine does to a picture with a threat.
  const told = new Set<RefusalCode>(opinions.some(({ isThreat }) => isThreat) ? ['gone'] : []);
  const reasons = new Set<string>();
  for (const { refusal, reasons: own } of opinions) {
    if (refusal && told.has(refusal)) continue;
    if (refusal) told.add(refusal);
    for (const reason of own) reasons.add(reason);
  }
  return [...reasons];
}

function stateOf(opinion: Opinion | undefined): Verdict['answers'][number]['state'] {
  if (!opinion) return 'missing';
  return opinion.refusal ? 'refused' : 'answered';
}

/** As the event's schema has it. */
const MAX_REASONS = 40;
