import type { Subscription } from '../../runtime/subscription.ts';
import { pictureUploaded } from '../image.ts';
import { tensorflowFiles } from '../tensorflow-files.ts';

export const subscription = {
  name: 'moderate-image',
  description: 'Judges by a model whether an uploaded picture may be shown to everybody.',
  consumes: [pictureUploaded],
  emits: ['ImageModerated.v1'],
  // One picture at a time: the model has the processor for itself.
  batch: { size: 1, maxConcurrency: 4 },
  function: {
    memoryMb: 1769,
    timeoutSeconds: 60,
    architecture: 'x86_64',
    nativePackages: ['sharp'],
    files: tensorflowFiles,
  },
} as const satisfies Subscription;
