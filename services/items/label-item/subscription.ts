import type { Subscription } from '../../runtime/subscription.ts';

export const subscription = {
  name: 'label-item',
  description: 'Labels every item that is received by kind, size and keywords.',
  consumes: [{ event: 'fanbus.items/ItemReceived.v1' }],
  emits: ['ItemLabelled.v1'],
  function: { memoryMb: 256, timeoutSeconds: 30 },
} as const satisfies Subscription;
