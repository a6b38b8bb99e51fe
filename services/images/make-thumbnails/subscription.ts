import type { Subscription } from '../../runtime/subscription.ts';
import { pictureUploaded } from '../image.ts';

export const subscription = {
  name: 'make-thumbnails',
  description: 'Makes upright thumbnails of an uploaded picture, in several sizes and formats.',
  consumes: [pictureUploaded],
  emits: ['ThumbnailsMade.v1'],
  // One picture at a time: a function's memory is sized for one.
  batch: { size: 1, maxConcurrency: 5 },
  function: {
    memoryMb: 1536,
    timeoutSeconds: 60,
    architecture: 'x86_64',
    nativePackages: ['sharp'],
  },
} as const satisfies Subscription;
