import type { Subscription } from '../../runtime/subscription.ts';
import { pictureUploaded } from '../image.ts';

export const subscription = {
  name: 'read-metadata',
  description: 'Summarises what an uploaded picture says about itself in EXIF, IPTC and XMP.',
  consumes: [pictureUploaded],
  emits: ['MetadataRead.v1'],
  // One picture at a time: a function's memory is sized for one.
  batch: { size: 1, maxConcurrency: 5 },
  function: { memoryMb: 512, timeoutSeconds: 30 },
} as const satisfies Subscription;
