import type { Message } from '@aws-sdk/client-sqs';
import { metadataOf } from '../../services/runtime/metadata.ts';
import { parseJson } from '../parse-json.ts';
import type { DeadLetterQueue } from './find-queues.ts';

/**
 * By which door a message came: its rule could not deliver it, its function failed too often, or its consumer parked it. `unknown` is
 * none of these: somebody put it there.
 */
export type Door = 'undeliverable' | 'failed' | 'parked' | 'unknown';

/** A message that was not processed, and what is known of why. */
export interface DeadLetter {
  /** SQS's id of it. */
  readonly messageId: string;
  /** Whose dead-letter queue it is in: a consumer's, or that of a rule that forwards to the bus. */
  readonly of: string;
  readonly door: Door;
  readonly reason: string;
  readonly error?: string;
  /** When it was sent to the queue that it first was in; its time there is counted from then. ISO 8601. */
  readonly sentAt: string;
  /** How often it was tried. */
  readonly attempts?: number;
  /** ARN of the rule that could not deliver it. */
  readonly rule?: string;
  /** ARN of where that rule sends. */
  readonly target?: string;
  /** To whom it belongs, when that is not the consumer whose queue this is. */
  readonly strayFrom?: string;
  /** `<source>/<detail-type>`; absent when the body is no event. */
  readonly type?: string;
  /** Our own id of an event of ours, else EventBridge's. */
  readonly eventId?: string;
  readonly correlationId?: string;
  /** The event as it was delivered, JSON text. */
  readonly body: string;
}

/** Reads a message of a dead-letter queue, received with all its attributes. */
export function readDeadLetter(message: Message, queue: DeadLetterQueue): DeadLetter {
  const { Attributes = {}, Body: body = '', MessageId: messageId = '' } = message;
  return {
    messageId,
    of: queue.of,
    ...cameBy(message, queue),
    sentAt: new Date(Number(Attributes.SentTimestamp)).toISOString(),
    ...readEvent(body),
    body,
  };
}

function cameBy(
  { Attributes = {}, MessageAttributes = {} }: Message,
  { from, of }: DeadLetterQueue,
): Pick<DeadLetter, 'door' | 'reason' | 'error' | 'attempts' | 'rule' | 'target' | 'strayFrom'> {
  const said = (name: string) => MessageAttributes[name]?.StringValue;
  const count = (text: string | undefined) => (text === undefined ? undefined : Number(text));
  const { DeadLetterQueueSourceArn: sourceArn } = Attributes;
  // What SQS moved may have been parked, or undeliverable, and put back with its attributes before: it failed since.
  if (sourceArn !== undefined) {
    return {
      door: 'failed',
      reason: 'its function failed too often',
      ...(from.kind === 'consumer' && sourceArn !== from.consumer.queue.arn && { strayFrom: sourceArn }),
    };
  }
  const rule = said('RULE_ARN');
  if (rule !== undefined) {
    const target = said('TARGET_ARN');
    const exhausted = said('EXHAUSTED_RETRY_CONDITION');
    const isOwn =
      from.kind === 'consumer'
        ? from.consumer.queue.arn === target || from.consumer.rules.some(({ arn }) => arn === rule)
        : from.kind === 'nobody' || from.rules.includes(rule);
    return {
      door: 'undeliverable',
      reason: `${said('ERROR_CODE')}${exhausted === undefined ? '' : `, ${exhausted} reached`}`,
      error: said('ERROR_MESSAGE'),
      attempts: (count(said('RETRY_ATTEMPTS')) ?? 0) + 1,
      rule,
      target,
      ...(!isOwn && { strayFrom: target }),
    };
  }
  const reason = said('REASON');
  if (reason !== undefined) {
    const consumer = said('CONSUMER');
    return {
      door: 'parked',
      reason,
      error: said('ERROR'),
      attempts: count(said('RECEIVE_COUNT')),
      ...(consumer !== undefined && consumer !== of && { strayFrom: consumer }),
    };
  }
  return { door: 'unknown', reason: 'it says none: somebody put it there' };
}

function readEvent(body: string): Pick<DeadLetter, 'type' | 'eventId' | 'correlationId'> {
  const event = parseJson(body);
  if (typeof event !== 'object' || event === null) return {};
  const { id, source, 'detail-type': detailType, detail } = event as Readonly<Record<string, unknown>>;
  if (typeof source !== 'string' || typeof detailType !== 'string') return {};
  const { correlationId, eventId = id } = metadataOf({ source, detail }) ?? {};
  return {
    type: `${source}/${detailType}`,
    ...(typeof eventId === 'string' && { eventId }),
    ...(typeof correlationId === 'string' && { correlationId }),
  };
}
