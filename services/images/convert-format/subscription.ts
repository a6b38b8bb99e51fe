import type { Subscription } from '../../runtime/subscription.ts';
import { pictureUploaded } from '../image.ts';

export const subscription = {
  name: 'convert-format',
  description: 'Writes a master of an uploaded picture in a modern format, upright and without metadata.',
  consumes: [pictureUploaded],
  emits: ['FormatConverted.v1'],
  // One picture at a time: a function's memory is sized for one.
  batch: { size: 1, maxConcurrency: 5 },
  function: {
    memoryMb: 1536,
    timeoutSeconds: 60,
    architecture: 'x86_64',
    nativePackages: ['sharp'],
  },
} as const satisfies Subscription;
