import type { Subscription } from '../../runtime/subscription.ts';

export const subscription = {
  name: 'note-answers',
  description: 'Keeps what anybody says of a picture beside its review, to be asked for.',
  // Whoever says something of a picture carries it in `image`: one that is added is heard at once.
  consumes: [{ event: 'fanbus.*', detail: { data: { image: { imageId: [{ exists: true }] } } } }],
  emits: [],
  batch: { size: 10, maxConcurrency: 5 },
  function: { memoryMb: 256, timeoutSeconds: 30 },
} as const satisfies Subscription;
