import type { SQSRecord } from 'aws-lambda';
import type { Delivery } from './delivery.ts';
import type { Contract, Envelope, EventOf, EventType } from './event.ts';
import { findViolation } from './find-violation.ts';
import { metadataOf } from './metadata.ts';
import { type Outcome, park } from './outcome.ts';

/** A message as it came in: a delivery for the handler, or the outcome it has at once because it can never be valid. */
export interface ReadMessage<Type extends EventType> {
  readonly record: SQSRecord;
  readonly receiveCount: number;
  readonly isLastReceive: boolean;
  /** For the log and the dead-letter queue; absent when the event does not say. */
  readonly correlationId?: string;
  readonly traceparent?: string;
  readonly content: { readonly delivery: Delivery<Type> } | { readonly outcome: Outcome };
}

/** Reads an SQS message whose body is an event as EventBridge delivers it, and checks the detail against the schema. */
export function readMessage<Type extends EventType>({
  record,
  contracts,
  consumer,
  maxReceives,
}: {
  readonly record: SQSRecord;
  /** By `<source>/<detail-type>`. */
  readonly contracts: ReadonlyMap<string, Contract<Type>>;
  readonly consumer: string;
  readonly maxReceives: number;
}): ReadMessage<Type> {
  const receiveCount = Number(record.attributes.ApproximateReceiveCount);
  const message = { record, receiveCount, isLastReceive: receiveCount >= maxReceives };
  const refuse = (reason: string, error?: unknown) => ({
    ...message,
    content: { outcome: park(reason, { error }) },
  });

  let body: unknown;
  try {
    body = JSON.parse(record.body);
  } catch (error) {
    return refuse('the body is no JSON', error);
  }
  if (!isEnvelope(body)) return refuse('the body is no event: it has no id, source, detail-type and detail');

  const address = `${body.source}/${body['detail-type']}`;
  const contract = contracts.get(address);
  if (!contract) return refuse(`${consumer} does not consume ${address}`);
  const violation = findViolation(contract.validate, body.detail);
  if (violation !== undefined) return refuse(`the detail of ${address} is not valid`, violation);

  const metadata = metadataOf(body);
  return {
    ...message,
    correlationId: metadata?.correlationId ?? body.id,
    ...(metadata?.traceparent === undefined ? {} : { traceparent: metadata.traceparent }),
    content: {
      delivery: {
        // Source, detail-type and detail have just been checked against this contract.
        event: body as EventOf<Type>,
        messageId: record.messageId,
        receiveCount,
        isLastReceive: message.isLastReceive,
      },
    },
  };
}

function isEnvelope(body: unknown): body is Envelope {
  if (typeof body !== 'object' || body === null) return false;
  const { id, source, 'detail-type': detailType, detail } = body as Partial<Envelope>;
  return [id, source, detailType].every((text) => typeof text === 'string') && detail !== undefined;
}
