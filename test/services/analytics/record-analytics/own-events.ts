import { randomUUID } from 'node:crypto';
import type { EventOf } from '../../../../services/runtime/event.ts';

type OwnEvent = EventOf<'OwnEvent'>;

/** An event of ours with an id of its own. */
export function ownEvent({
  occurredAt = '2026-11-21T09:30:00.000Z',
  data = { n: 1 },
  ...envelope
}: Partial<Omit<OwnEvent, 'detail'>> & {
  readonly occurredAt?: string;
  readonly data?: object;
} = {}): OwnEvent {
  return {
    version: '0',
    id: randomUUID(),
    source: 'fanbus.tasks',
    'detail-type': 'Happened.v1',
    account: '000000000000',
    time: '2026-11-21T09:30:01Z',
    region: 'us-east-1',
    resources: [],
    ...envelope,
    detail: {
      metadata: { eventId: randomUUID(), correlationId: 'chain-1', occurredAt, producer: 'test' },
      data,
    },
  };
}

export function idOf({ detail }: OwnEvent): string {
  return detail.metadata.eventId;
}
