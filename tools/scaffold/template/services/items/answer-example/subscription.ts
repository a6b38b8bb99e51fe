import type { Subscription } from '../../../../../../services/runtime/subscription.ts';

export const subscription = {
  name: 'answer-example',
  description: 'Hears fanbus.items/ItemReceived.v1.',
  consumes: [{ event: 'fanbus.items/ItemReceived.v1' }],
  emits: ['ItemLabelled.v1'],
  function: { memoryMb: 256, timeoutSeconds: 30 },
} as const satisfies Subscription;
