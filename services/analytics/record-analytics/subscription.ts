import type { Subscription } from '../../runtime/subscription.ts';

export const subscription = {
  name: 'record-analytics',
  description: 'Writes every event of ours to S3 once, as lines of JSON that Athena can query.',
  consumes: [{ event: 'fanbus.*' }],
  // An event about what was recorded would itself be recorded, and so on.
  emits: [],
  // The fuller a batch, the fewer and larger its files.
  batch: { size: 1_000, windowSeconds: 10, maxConcurrency: 2 },
  // A claim that waits for its file costs a receive.
  queue: { maxReceives: 10 },
  function: { memoryMb: 512, timeoutSeconds: 60 },
} as const satisfies Subscription;
