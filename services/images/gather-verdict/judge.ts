import type { ConsumedBy } from '../../runtime/delivery.ts';
import type { EventOf } from '../../runtime/event.ts';
import type { RefusalCode } from '../unusable-image-error.ts';
import type { Opinion } from '../verdict.ts';
import type { FacePolicy } from './face-policy.ts';
import type { subscription } from './subscription.ts';

/** An event that is a consumer's answer. */
export type AnswerEvent = EventOf<Exclude<ConsumedBy<typeof subscription>, 'Object Created'>>;

export type Judgement = Omit<Opinion, 'consumer'>;

/** What an answer means for the verdict. Undefined for one that says nothing: neither a result nor a refusal. */
export function judge(answer: AnswerEvent, faces: FacePolicy): Judgement | undefined {
  const { refusal } = answer.detail.data;
  if (refusal) {
    const stance = PASSING.has(refusal.code) ? 'review' : 'reject';
    return { stance, reasons: [refusal.reason], refusal: refusal.code };
  }
  switch (answer['detail-type']) {
    case 'ThumbnailsMade.v1': {
      const { result } = answer.detail.data;
      return result && { ...APPROVAL, thumbnails: result.thumbnails };
    }
    case 'ImageScanned.v1': {
      const { result } = answer.detail.data;
      return result && judgeScan(result);
    }
    case 'ImageModerated.v1': {
      const { result } = answer.detail.data;
      return result && judgeModeration(result);
    }
    case 'FacesDetected.v1': {
      const { result } = answer.detail.data;
      return result && judgeFaces(result, faces);
    }
  }
}

/** They say nothing of the picture itself. */
const PASSING: ReadonlySet<RefusalCode> = new Set(['gone', 'replaced']);

const APPROVAL: Judgement = { stance: 'approve', reasons: [] };

type Result<Type extends AnswerEvent['detail-type']> = NonNullable<EventOf<Type>['detail']['data']['result']>;

function judgeScan({ clean, threats }: Result<'ImageScanned.v1'>): Judgement {
  if (clean) return APPROVAL;
  const found = threats.map(({ engine, rule, description }) => `${description} (${engine} found ${rule})`);
  return { stance: 'reject', reasons: orElse(found, 'the scan found a threat'), isThreat: true };
}

function judgeModeration({ decision, reasons }: Result<'ImageModerated.v1'>): Judgement {
  if (decision === 'approve') return APPROVAL;
  return { stance: decision, reasons: orElse(reasons, `moderation says ${decision}`) };
}

function judgeFaces({ count }: Result<'FacesDetected.v1'>, { least, most }: FacePolicy): Judgement {
  if (count >= least && count <= most) return APPROVAL;
  const found = count === 1 ? '1 face was found' : `${count || 'no'} faces were found`;
  return { stance: 'reject', reasons: [`${found}, ${wanted(least, most)} wanted`] };
}

/** `1, 1 -> exactly 1 is`, `0, 2 -> at most 2 are`, `1, 3 -> 1 to 3 are`, `0, 0 -> none is` */
function wanted(least: number, most: number): string {
  if (most === 0) return 'none is';
  const many = most === 1 ? '1 is' : `${most} are`;
  if (least === most) return `exactly ${many}`;
  return least === 0 ? `at most ${many}` : `${least} to ${many}`;
}

function orElse(reasons: readonly string[], reason: string): readonly string[] {
  return reasons.length > 0 ? reasons : [reason];
}
