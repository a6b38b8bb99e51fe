import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { ReadMessage } from './read-message.ts';

/**
 * Sends a message's body unchanged to the dead-letter queue, with String attributes that say why: REASON, ERROR,
 * CONSUMER, MESSAGE_ID, RECEIVE_COUNT, PARKED_AT, CORRELATION_ID, TRACEPARENT.
 */
export async function parkMessage({
  message: { record, receiveCount, correlationId, traceparent },
  reason,
  error,
  consumer,
  queueUrl,
  sqs,
  nowMs,
}: {
  readonly message: Omit<ReadMessage<never>, 'content'>;
  readonly reason: string;
  readonly error: unknown;
  readonly consumer: string;
  readonly queueUrl: string;
  readonly sqs: SQSClient;
  readonly nowMs: number;
}): Promise<void> {
  const attributes = {
    REASON: reason,
    ERROR: error === undefined ? undefined : String(error),
    CONSUMER: consumer,
    MESSAGE_ID: record.messageId,
    RECEIVE_COUNT: String(receiveCount),
    PARKED_AT: new Date(nowMs).toISOString(),
    CORRELATION_ID: correlationId,
    TRACEPARENT: traceparent,
  };
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: record.body,
      MessageAttributes: Object.fromEntries(
        // SQS refuses an attribute without a value.
        Object.entries(attributes)
          .filter(([, text]) => text)
          .map(([name, text = '']) => [name, { DataType: 'String', StringValue: toAttributeText(text) }]),
      ),
    }),
  );
}

/** SQS takes only the characters that XML allows, and attributes count to the message's 1 MiB. */
function toAttributeText(text: string): string {
  return text
    .slice(0, LONGEST)
    .toWellFormed()
    .replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '\ufffd');
}

const LONGEST = 2_000;
