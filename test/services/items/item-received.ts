import type { DataOf, EventOf } from '../../../services/runtime/event.ts';
import { nameUuid } from '../../../services/runtime/name-uuid.ts';

let count = 0;

/** An item that was received: another one at every call. */
export function itemReceived(data: Partial<DataOf<'ItemReceived.v1'>> = {}): EventOf<'ItemReceived.v1'> {
  const eventId = nameUuid(`test/${count++}`);
  return {
    version: '0',
    id: '17793124-05d4-b198-2fde-7ededc63b103',
    account: '000000000000',
    time: '2026-11-21T09:30:00Z',
    region: 'us-east-1',
    resources: [],
    source: 'fanbus.items',
    'detail-type': 'ItemReceived.v1',
    detail: {
      metadata: {
        eventId,
        correlationId: eventId,
        occurredAt: '2026-11-21T09:30:00.000Z',
        producer: 'items-api',
      },
      data: { owner: 'ada', id: 'order-1', ...data },
    },
  };
}
