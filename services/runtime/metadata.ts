import type { Metadata } from '../../generated/events/metadata.ts';
import type { Envelope } from './event.ts';
import { nextTraceparent, traceparentOf } from './traceparent.ts';
import { uuidv7 } from './uuidv7.ts';

/** Makes the metadata of events that are published together: the same cause, moment and span, an id for each: a new one, or the one given. */
export function createMetadata({
  producer,
  causedBy,
  nowMs,
}: {
  readonly producer: string;
  readonly causedBy: Envelope | undefined;
  readonly nowMs: number;
}): (eventId?: string) => Metadata {
  const cause = causedBy && metadataOf(causedBy);
  const causationId = causedBy && identityOf(causedBy);
  const shared = {
    ...(causationId === undefined ? {} : { causationId }),
    occurredAt: new Date(nowMs).toISOString(),
    producer,
    traceparent: nextTraceparent(cause?.traceparent ?? (causedBy && traceparentOf(causedBy.id))),
  };
  return (eventId = uuidv7(nowMs)) => ({
    eventId,
    correlationId: cause?.correlationId ?? causedBy?.id ?? eventId,
    ...shared,
  });
}

/** An event's own id: of one of ours the one that survives forwarding and replay, of others EventBridge's. */
export function identityOf(event: Envelope): string {
  return metadataOf(event)?.eventId ?? event.id;
}

/** The metadata an event carries; undefined for an event that is not ours. */
export function metadataOf({ source, detail }: Pick<Envelope, 'source' | 'detail'>): Metadata | undefined {
  if (source.startsWith('aws.') || typeof detail !== 'object' || detail === null) return undefined;
  return (detail as { readonly metadata?: Metadata }).metadata;
}
