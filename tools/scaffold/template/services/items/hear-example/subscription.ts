import type { Subscription } from '../../../../../../services/runtime/subscription.ts';

export const subscription = {
  name: 'hear-example',
  description: 'Hears fanbus.items/ItemReceived.v1.',
  consumes: [{ event: 'fanbus.items/ItemReceived.v1' }],
  emits: [],
  function: { memoryMb: 256, timeoutSeconds: 30 },
} as const satisfies Subscription;
