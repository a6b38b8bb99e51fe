import type { Subscription } from '../../runtime/subscription.ts';
import { awaitedAnswers } from '../awaited-answers.ts';
import { pictureUploaded } from '../image.ts';

export const subscription = {
  name: 'gather-verdict',
  description: 'Collects what others say of a picture and announces the verdict when the last answer is in.',
  consumes: [pictureUploaded, ...awaitedAnswers.map(({ event }) => ({ event }))],
  emits: ['ImageReviewed.v1'],
  batch: { size: 10, maxConcurrency: 5 },
  function: { memoryMb: 256, timeoutSeconds: 30 },
} as const satisfies Subscription;
