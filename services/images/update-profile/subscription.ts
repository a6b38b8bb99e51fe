import type { Subscription } from '../../runtime/subscription.ts';
import { pictureUploaded } from '../image.ts';

export const subscription = {
  name: 'update-profile',
  description: "Keeps on a user's record the profile picture and how the newest upload stands.",
  consumes: [pictureUploaded, { event: 'fanbus.images/ImageReviewed.v1' }],
  emits: ['ProfilePictureChanged.v1'],
  batch: { size: 10, maxConcurrency: 5 },
  function: { memoryMb: 256, timeoutSeconds: 30 },
} as const satisfies Subscription;
