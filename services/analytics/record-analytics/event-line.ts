import type { EventOf } from '../../runtime/event.ts';

/** An event as one line of JSON, with its line break: the columns of docs/analytics.md. What the event does not say is absent. */
export function eventLine(event: EventOf<'OwnEvent'>): string {
  const { source, 'detail-type': type, time, 'replay-name': replayName, detail } = event;
  const { eventId, occurredAt, correlationId, causationId, producer, traceparent } = detail.metadata;
  const columns = {
    eventId,
    source,
    type,
    time,
    occurredAt,
    correlationId,
    causationId,
    producer,
    traceparent,
    replayName,
    data: detail.data,
  };
  return `${JSON.stringify(columns)}\n`;
}
