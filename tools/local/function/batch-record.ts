import type { MessageAttribute, Queue, ReceivedMessage } from '../queue/queues.ts';

/** One message of a batch, rendered as Lambda hands it to a function. */
export interface BatchRecord {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly json: string;
  readonly bytes: number;
}

/** Renders a message with the keys, and their order, of the recorded events of SQS. */
export function toBatchRecord(
  message: ReceivedMessage,
  queue: Pick<Queue, 'arn'>,
  { hasWindow }: { hasWindow: boolean },
): BatchRecord {
  const { attributes, body, md5OfBody, md5OfMessageAttributes, messageId, receiptHandle } = message;
  const json = JSON.stringify({
    messageId,
    receiptHandle,
    body,
    attributes,
    messageAttributes: Object.fromEntries(
      Object.entries(message.messageAttributes).map(([name, attribute]) => [
        name,
        toRecordAttribute(attribute),
      ]),
    ),
    // Absent without a window and null with one: so say all recordings of November 2025.
    md5OfMessageAttributes: md5OfMessageAttributes ?? (hasWindow ? null : undefined),
    md5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: queue.arn,
    awsRegion: queue.arn.split(':')[3],
  });
  return { messageId, receiptHandle, json, bytes: Buffer.byteLength(json) };
}

/** How many records, from the first, one invocation can carry: always at least one. */
export function countFitting(records: readonly BatchRecord[]): number {
  let bytes = ENVELOPE_BYTES;
  const over = records.findIndex((record) => {
    bytes += record.bytes + 1;
    return bytes > PAYLOAD_LIMIT;
  });
  return over < 0 ? records.length : Math.max(over, 1);
}

/** The payload of one invocation. */
export function toPayload(records: readonly BatchRecord[]): string {
  return `{"Records":[${records.map(({ json }) => json).join(',')}]}`;
}

const ENVELOPE_BYTES = '{"Records":[]}'.length;
const PAYLOAD_LIMIT = 6_291_456;

function toRecordAttribute({ BinaryValue, DataType, StringValue }: MessageAttribute) {
  return {
    stringValue: StringValue,
    binaryValue: BinaryValue,
    stringListValues: [],
    binaryListValues: [],
    dataType: DataType,
  };
}
