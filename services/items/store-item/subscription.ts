import type { Subscription } from '../../runtime/subscription.ts';

export const subscription = {
  name: 'store-item',
  description: 'Puts every item that is received into the table of items.',
  consumes: [{ event: 'fanbus.items/ItemReceived.v1' }],
  emits: ['ItemStored.v1'],
  function: { memoryMb: 256, timeoutSeconds: 30 },
} as const satisfies Subscription;
