import type { SQSRecord } from 'aws-lambda';
import type { Delivery } from './delivery.ts';
import type { ConsumableType, Contract, Envelope, EventOf } from './event.ts';
import { findViolation } from './find-violation.ts';
import { metadataOf } from './metadata.ts';
import { type Outcome, park } from './outcome.ts';
import { everyOwnEvent } from './subscription.ts';

/** A message as it came in: a delivery for the handler, or the outcome it has at once because it can never be valid. */
export interface ReadMessage<Type extends ConsumableType> {
  readonly record: SQSRecord;
  readonly receiveCount: number;
  readonly isLastReceive: boolean;
  /** For the log and the dead-letter queue; absent when the event does not say. */
  readonly correlationId?: string;
  /** Ours; of an event that is not ours, EventBridge's. For the log. */
  readonly eventId?: string;
  readonly traceparent?: string;
  readonly content: { readonly delivery: Delivery<Type> } | { readonly outcome: Outcome };
}

/** Reads an SQS message whose body is an event as EventBridge delivers it, and checks the detail against the schema. */
export function readMessage<Type extends ConsumableType>({
  record,
  contracts,
  consumer,
  maxReceives,
}: {
  readonly record: SQSRecord;
  /** By `<source>/<detail-type>`, or `everyOwnEvent`. */
  readonly contracts: ReadonlyMap<string, Contract<Type>>;
  readonly consumer: string;
  readonly maxReceives: number;
}): ReadMessage<Type> {
  const receiveCount = Number(record.attributes.ApproximateReceiveCount);
  const message = { record, receiveCount, isLastReceive: receiveCount >= maxReceives };

  const body = parse(record.body);
  if (!isEnvelope(body)) {
    return {
      ...message,
      content: { outcome: park('the body is no event: JSON with id, source, detail-type, detail') },
    };
  }
  const traced = { ...message, ...traceOf(body) };
  const address = `${body.source}/${body['detail-type']}`;
  const contract = contracts.get(address) ?? (isOurs(body) ? contracts.get(everyOwnEvent) : undefined);
  if (!contract) return { ...traced, content: { outcome: park(`${consumer} does not consume ${address}`) } };
  const violation = findViolation(contract.validate, body.detail);
  if (violation !== undefined) {
    const outcome = park(`the detail of ${address} is not valid`, { error: violation });
    return { ...traced, content: { outcome } };
  }
  // Source, detail-type and detail have just been checked against this contract.
  const event = body as EventOf<Type>;
  const { messageId } = record;
  const { isLastReceive } = message;
  return { ...traced, content: { delivery: { event, messageId, receiveCount, isLastReceive } } };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isEnvelope(body: unknown): body is Envelope {
  if (typeof body !== 'object' || body === null) return false;
  const { id, source, 'detail-type': detailType, detail } = body as Partial<Envelope>;
  return [id, source, detailType].every((text) => typeof text === 'string') && detail !== undefined;
}

function isOurs({ source }: Envelope): boolean {
  return source.startsWith(everyOwnEvent.slice(0, -1));
}

/** Asks for no valid detail: an event that is parked for its detail should still be traced. */
function traceOf(event: Envelope): Pick<ReadMessage<never>, 'correlationId' | 'eventId' | 'traceparent'> {
  const { correlationId, eventId, traceparent } = metadataOf(event) ?? {};
  return {
    eventId: typeof eventId === 'string' ? eventId : event.id,
    correlationId: typeof correlationId === 'string' ? correlationId : event.id,
    ...(typeof traceparent === 'string' ? { traceparent } : {}),
  };
}
