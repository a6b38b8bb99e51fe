import type { Subscription } from '../../../services/runtime/subscription.ts';

export const subscription = {
  name: 'praise',
  description: 'Says well done when a file is completed.',
  consumes: [{ event: 'fanbus.tasks/TaskFileCompleted.v1' }],
  emits: [],
} as const satisfies Subscription;
