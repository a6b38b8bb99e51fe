import type { Subscription } from '../../runtime/subscription.ts';

export const subscription = {
  name: 'create-tasks',
  description:
    'Makes a task of every good row, records the bad ones and announces the file when the last row is done.',
  consumes: [{ event: 'fanbus.tasks/TaskRowsRead.v1' }],
  emits: ['TaskRowsRead.v1', 'TaskFileCompleted.v1'],
  batch: { size: 10, maxConcurrency: 5 },
  queue: { maxReceives: 5 },
  function: { memoryMb: 512, timeoutSeconds: 60 },
} as const satisfies Subscription;
