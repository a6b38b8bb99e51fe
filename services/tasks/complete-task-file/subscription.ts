import type { Subscription } from '../../runtime/subscription.ts';

export const subscription = {
  name: 'complete-task-file',
  description: 'Sets a task file COMPLETED with its exact counts.',
  consumes: [{ event: 'fanbus.tasks/TaskFileCompleted.v1' }],
  emits: [],
  batch: { size: 10 },
  function: { memoryMb: 256, timeoutSeconds: 30 },
} as const satisfies Subscription;
