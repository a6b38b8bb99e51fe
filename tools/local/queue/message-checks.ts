import { createHash } from 'node:crypto';
import { AwsError } from '../wire/aws-error.ts';
import type { MessageAttribute } from './queues.ts';

type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

/** Refuses a message that SQS would refuse for its content, whatever the queue. */
export function checkMessage(body: unknown, attributes: MessageAttributes): asserts body is string {
  if (typeof body !== 'string' || body === '') {
    throw new AwsError('MissingParameter', 'The request must contain the parameter MessageBody.');
  }
  if (FORBIDDEN_CHARACTER.test(body)) {
    throw new AwsError(
      'InvalidMessageContents',
      'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF and #xE000 to #xFFFD.',
    );
  }
  const names = Object.keys(attributes);
  if (names.length > 10) {
    throw new AwsError(
      'InvalidParameterValue',
      `Number of message attributes [${names.length}] exceeds the allowed maximum [10].`,
    );
  }
  for (const [name, attribute] of Object.entries(attributes)) checkAttribute(name, attribute);
}

/** Lone surrogates and control characters; a character beyond the basic plane, such as an emoji, is legal. */
const FORBIDDEN_CHARACTER = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

function checkAttribute(name: string, attribute: MessageAttribute): void {
  const refuse = (reason: string) => {
    throw new AwsError('InvalidParameterValue', `The message attribute '${name}' ${reason}`);
  };
  const type = attribute.DataType?.split('.')[0];
  if (type !== 'String' && type !== 'Number' && type !== 'Binary') {
    refuse(`has an invalid message attribute type '${attribute.DataType}'. Valid: Binary, Number, String.`);
  }
  const value = type === 'Binary' ? attribute.BinaryValue : attribute.StringValue;
  if (!value) refuse(`must contain non-empty message attribute value for type '${attribute.DataType}'.`);
}

/** Bytes as SQS counts them: the body, and each attribute's name, type and value. */
export function messageBytes(body: string, attributes: MessageAttributes): number {
  let bytes = Buffer.byteLength(body);
  for (const [name, { DataType, StringValue = '', BinaryValue = '' }] of Object.entries(attributes)) {
    bytes += Buffer.byteLength(name) + Buffer.byteLength(DataType) + Buffer.byteLength(StringValue);
    bytes += Buffer.byteLength(BinaryValue, 'base64');
  }
  return bytes;
}

export function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

/**
 * The digest by which the SDK checks message attributes; absent when there are none.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
 */
export function md5OfMessageAttributes(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const hash = createHash('md5');
  const addWithLength = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of names) {
    const { DataType = '', StringValue = '', BinaryValue = '' } = attributes[name] ?? {};
    const isBinary = DataType.startsWith('Binary');
    addWithLength(Buffer.from(name));
    addWithLength(Buffer.from(DataType));
    hash.update(Buffer.from([isBinary ? 2 : 1]));
    addWithLength(isBinary ? Buffer.from(BinaryValue, 'base64') : Buffer.from(StringValue));
  }
  return hash.digest('hex');
}
