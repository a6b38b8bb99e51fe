import type { Image as ApiImage, ImageAnswer, ImageSummary } from '../../../generated/http/images.ts';
import type { DataOf } from '../../runtime/event.ts';
import type { Heard } from '../heard.ts';
import { nameOf } from '../image.ts';
import type { Derived } from './links.ts';
import type { Review } from './review-reader.ts';

type Verdict = Omit<DataOf<'ImageReviewed.v1'>, 'image'>;

/** A picture as a list has it. */
export function summariseReview({ image, startedAt, heard }: Review): ImageSummary {
  const { imageId: id, userId, bytes } = image;
  return { id, userId, ...nameOf(image), bytes, status: verdictOf(heard)?.verdict ?? 'pending', startedAt };
}

/** A picture as the API says it, but for what was made of it. */
export function describeReview(review: Review): Omit<ApiImage, 'thumbnails' | 'master'> {
  const { awaited, heard } = review;
  const verdict = verdictOf(heard);
  const answers = heard.filter(isAnswer);
  const answerOf = (consumer: string) => answers.find(({ producer }) => producer === consumer);
  return {
    ...summariseReview(review),
    reasons: verdict?.reasons ?? [],
    answers: [
      ...awaited.map((consumer): ImageAnswer => {
        const answer = answerOf(consumer);
        if (answer) return { isAwaited: true, ...describeAnswer(answer) };
        // The verdict may be heard before the answer it rests on.
        const state = verdict?.answers.find((each) => each.consumer === consumer)?.state ?? 'pending';
        return { isAwaited: true, consumer, state };
      }),
      ...answers
        .filter(({ producer }) => !awaited.includes(producer))
        .map((answer): ImageAnswer => ({ isAwaited: false, ...describeAnswer(answer) })),
    ],
  };
}

/** What was made of a picture that is approved: of another, nothing is shown. */
export function derivedOf({ heard }: Review): Derived {
  const verdict = verdictOf(heard);
  if (verdict?.verdict !== 'approved') return { thumbnails: [] };
  const converted = saidWith(heard, 'FormatConverted.v1') as DataOf<'FormatConverted.v1'> | undefined;
  return { thumbnails: verdict.thumbnails, ...(converted?.result ? { master: converted.result } : {}) };
}

function verdictOf(heard: readonly Heard[]): Verdict | undefined {
  return saidWith(heard, 'ImageReviewed.v1') as Verdict | undefined;
}

function saidWith(heard: readonly Heard[], type: string): unknown {
  return heard.find((each) => each.type === type)?.said;
}

/** What only passes on what others have said has neither. */
function isAnswer({ said }: Heard): boolean {
  return said.result !== undefined || said.refusal !== undefined;
}

function describeAnswer({ producer, type, occurredAt, said }: Heard): Omit<ImageAnswer, 'isAwaited'> {
  const { tookMs, result, refusal } = said as unknown as Partial<ImageAnswer>;
  return {
    consumer: producer,
    state: refusal ? 'refused' : 'answered',
    event: type,
    answeredAt: occurredAt,
    ...(tookMs === undefined ? {} : { tookMs }),
    ...(refusal ? { refusal: { code: refusal.code, reason: refusal.reason } } : {}),
    ...(result ? { result: withoutPlaces(result) as ImageAnswer['result'] } : {}),
  };
}

/** Without the keys of objects: what may be had is linked, and nobody need know where quarantine is. */
function withoutPlaces(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPlaces);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !/^key$|Key$/.test(name))
      .map(([name, inner]) => [name, withoutPlaces(inner)]),
  );
}
