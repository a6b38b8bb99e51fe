import type { Thresholds } from './thresholds.ts';

export interface LabelConfidence {
  readonly label: string;
  /** 0 to 1. */
  readonly confidence: number;
}

export interface Decision {
  readonly decision: 'approve' | 'review' | 'reject';
  /** What reached a threshold: label, confidence and threshold. */
  readonly reasons: string[];
}

interface Reached {
  readonly decision: 'review' | 'reject';
  readonly reason: string;
}

/** What the thresholds make of the labels: the gravest that one of them reaches. */
export function decide(labels: readonly LabelConfidence[], thresholds: Thresholds): Decision {
  const reached = labels.flatMap(({ label, confidence }): Reached[] => {
    const { review, reject } = thresholds[label as keyof Thresholds] ?? {};
    const says = (threshold: number, step: string) =>
      `${label} with a confidence of ${confidence} is at or above ${threshold}, from where on ${step}`;
    if (reject !== undefined && confidence >= reject) {
      return [{ decision: 'reject', reason: says(reject, 'a picture is refused') }];
    }
    if (review !== undefined && confidence >= review) {
      return [{ decision: 'review', reason: says(review, 'a person must look') }];
    }
    return [];
  });
  const isRejected = reached.some(({ decision }) => decision === 'reject');
  return {
    decision: isRejected ? 'reject' : reached.length > 0 ? 'review' : 'approve',
    reasons: reached.map(({ reason }) => reason),
  };
}
