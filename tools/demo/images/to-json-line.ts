import type { PictureOutcome, ServiceOutcome } from './run-images-demo.ts';

/**
 * What became of one picture, for a program: one line
 * `{"file","imageId","user","verdict","reasons","missing","seconds","services":{<consumer>:{"state",…}}}`. The state is
 * `answered` (with `tookMs` and the result), `refused` (with `tookMs`, `code` and `reason`) or `missing`; the verdict is
 * null when there is none.
 */
export function toJsonLine({ record, seconds, services }: PictureOutcome): string {
  const { picture, imageId, review } = record;
  return `${JSON.stringify({
    file: picture.file,
    imageId: imageId ?? null,
    user: picture.user,
    verdict: review?.verdict ?? null,
    reasons: review?.reasons ?? [],
    missing: review?.missing ?? [],
    seconds: seconds ?? null,
    services: Object.fromEntries(services.map((service) => [service.service.consumer, describe(service)])),
  })}\n`;
}

function describe({ answer }: ServiceOutcome) {
  if (!answer) return { state: 'missing' };
  const { tookMs, refusal, result } = answer;
  return refusal ? { state: 'refused', tookMs, ...refusal } : { state: 'answered', tookMs, ...result };
}
