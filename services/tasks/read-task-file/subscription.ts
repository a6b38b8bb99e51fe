import type { Subscription } from '../../runtime/subscription.ts';

export const subscription = {
  name: 'read-task-file',
  description: 'Streams an uploaded CSV and publishes its rows in parts.',
  consumes: [
    { event: 'aws.s3/Object Created', detail: { object: { key: [{ prefix: 'task-files/' }] } } },
    { event: 'fanbus.tasks/TaskFileReadPaused.v1' },
  ],
  emits: ['TaskRowsRead.v1', 'TaskFileReadPaused.v1', 'TaskFileCompleted.v1', 'TaskFileFailed.v1'],
  // One file at a time: its stream is the work. A short time limit costs a long file a hand-over a minute, and lets a
  // crashed reader's message come back after six minutes instead of thirty.
  batch: { size: 1, maxConcurrency: 5 },
  function: { memoryMb: 512, timeoutSeconds: 60 },
} as const satisfies Subscription;
