import type { Subscription } from '../../runtime/subscription.ts';
import { pictureUploaded } from '../image.ts';

export const subscription = {
  name: 'close-review',
  description:
    'Ends the wait for answers about a picture: announces the verdict without those that did not come.',
  consumes: [pictureUploaded],
  emits: ['ImageReviewed.v1'],
  batch: { size: 10, maxConcurrency: 5 },
  // How long a review waits for its answers. SQS delays by 900 seconds at most.
  queue: { delaySeconds: 300 },
  function: { memoryMb: 256, timeoutSeconds: 30 },
} as const satisfies Subscription;
