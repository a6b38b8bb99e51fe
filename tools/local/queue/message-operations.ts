import type { Engine, JsonObject, JsonOperation } from '../local-service.ts';
import { AwsError } from '../wire/aws-error.ts';
import type { LocalQueue } from './local-queue.ts';
import { md5OfMessageAttributes, messageBytes } from './message-checks.ts';
import { type QueueRegistry, queueOf } from './queue-operations.ts';
import type { MessageAttribute, OutgoingMessage, ReceivedMessage, SentMessage } from './queues.ts';
import { waitForMessages } from './wait-for-messages.ts';

/** SQS's operations on messages. */
export function createMessageOperations(
  engine: Engine,
  registry: QueueRegistry,
): Record<string, JsonOperation> {
  return {
    SendMessage(input, caller) {
      return renderSent(queueOf(registry, input).send(toOutgoing(input), caller));
    },
    SendMessageBatch(input, caller) {
      const queue = queueOf(registry, input);
      const entries = readEntries(input);
      const bytes = entries.reduce(
        (sum, entry) => sum + messageBytes(String(entry.MessageBody ?? ''), attributesOf(entry)),
        0,
      );
      if (bytes > BATCH_BYTES) {
        throw new AwsError(
          'BatchRequestTooLong',
          `Batch requests cannot be longer than ${BATCH_BYTES} bytes. You have sent ${bytes} bytes.`,
        );
      }
      return eachEntry(entries, (entry) => renderSent(queue.send(toOutgoing(entry), caller)));
    },
    async ReceiveMessage(input, caller, signal) {
      const queue = queueOf(registry, input);
      const max = integer(input, 'MaxNumberOfMessages', [1, 10]) ?? 1;
      const visibilitySeconds = integer(input, 'VisibilityTimeout', [0, 43_200]);
      const waitSeconds =
        integer(input, 'WaitTimeSeconds', [0, 20]) ??
        Number(queue.attributes.get('ReceiveMessageWaitTimeSeconds'));
      const messages = await waitForMessages({
        take: () => queue.receive(max, caller, { visibilitySeconds }),
        queue,
        clock: engine.clock,
        waitMs: waitSeconds * 1_000,
        signal,
      });
      return messages.length > 0
        ? { Messages: messages.map((message) => renderReceived(message, input)) }
        : {};
    },
    DeleteMessage(input) {
      queueOf(registry, input).delete(handleOf(input));
      return {};
    },
    DeleteMessageBatch(input) {
      const queue = queueOf(registry, input);
      return eachEntry(readEntries(input), (entry) => {
        queue.delete(handleOf(entry));
        return {};
      });
    },
    ChangeMessageVisibility(input) {
      changeVisibility(queueOf(registry, input), input);
      return {};
    },
    ChangeMessageVisibilityBatch(input) {
      const queue = queueOf(registry, input);
      return eachEntry(readEntries(input), (entry) => {
        changeVisibility(queue, entry);
        return {};
      });
    },
  };
}

/** AWS's limit for all messages of one batch together. */
const BATCH_BYTES = 1_048_576;

function readEntries(input: JsonObject): JsonObject[] {
  const entries = Array.isArray(input.Entries) ? (input.Entries as JsonObject[]) : [];
  if (entries.length === 0) {
    throw new AwsError(
      'EmptyBatchRequest',
      'There should be at least one SendMessageBatchRequestEntry in the request.',
    );
  }
  if (entries.length > 10) {
    throw new AwsError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are 10. You have sent ${entries.length}.`,
    );
  }
  const ids = new Set<string>();
  for (const { Id } of entries) {
    if (typeof Id !== 'string' || !/^[\w-]{1,80}$/.test(Id)) {
      throw new AwsError(
        'InvalidBatchEntryId',
        'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
      );
    }
    if (ids.has(Id)) throw new AwsError('BatchEntryIdsNotDistinct', `Id ${Id} repeated.`);
    ids.add(Id);
  }
  return entries;
}

function eachEntry(entries: readonly JsonObject[], run: (entry: JsonObject) => JsonObject): JsonObject {
  const Successful: JsonObject[] = [];
  const Failed: JsonObject[] = [];
  for (const entry of entries) {
    try {
      Successful.push({ Id: entry.Id, ...run(entry) });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      Failed.push({ Id: entry.Id, SenderFault: true, Code: error.code, Message: error.message });
    }
  }
  return { Successful, ...(Failed.length > 0 ? { Failed } : {}) };
}

function toOutgoing(input: JsonObject): OutgoingMessage {
  const systemAttributes = (input.MessageSystemAttributes ?? {}) as Record<string, MessageAttribute>;
  return {
    body: input.MessageBody as string,
    attributes: attributesOf(input),
    groupId: input.MessageGroupId as string | undefined,
    deduplicationId: input.MessageDeduplicationId as string | undefined,
    delaySeconds: integer(input, 'DelaySeconds', [0, 900]),
    traceHeader: systemAttributes.AWSTraceHeader?.StringValue,
  };
}

function attributesOf(input: JsonObject): Record<string, MessageAttribute> {
  return (input.MessageAttributes ?? {}) as Record<string, MessageAttribute>;
}

function renderSent(sent: SentMessage): JsonObject {
  return {
    MessageId: sent.messageId,
    MD5OfMessageBody: sent.md5OfBody,
    MD5OfMessageAttributes: sent.md5OfMessageAttributes,
    SequenceNumber: sent.sequenceNumber,
  };
}

/** Attributes are only given when asked for, by name or all. */
function renderReceived(message: ReceivedMessage, input: JsonObject): JsonObject {
  const systemNames = [input.MessageSystemAttributeNames, input.AttributeNames].flatMap(list);
  const names = list(input.MessageAttributeNames);
  const system = pick(
    message.attributes,
    (name) => systemNames.includes('All') || systemNames.includes(name),
  );
  const own = pick(message.messageAttributes, (name) =>
    names.some(
      (wanted) =>
        wanted === 'All' ||
        wanted === name ||
        (wanted.endsWith('.*') && name.startsWith(wanted.slice(0, -2))),
    ),
  );
  return {
    MessageId: message.messageId,
    ReceiptHandle: message.receiptHandle,
    MD5OfBody: message.md5OfBody,
    Body: message.body,
    Attributes: system,
    MessageAttributes: own,
    MD5OfMessageAttributes: own && md5OfMessageAttributes(own),
  };
}

function pick<T>(
  from: Readonly<Record<string, T>>,
  isWanted: (name: string) => boolean,
): Record<string, T> | undefined {
  const wanted = Object.entries(from).filter(([name]) => isWanted(name));
  return wanted.length > 0 ? Object.fromEntries(wanted) : undefined;
}

function list(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function handleOf(input: JsonObject): string {
  if (typeof input.ReceiptHandle === 'string' && input.ReceiptHandle) return input.ReceiptHandle;
  throw new AwsError('MissingParameter', 'The request must contain the parameter ReceiptHandle.');
}

function changeVisibility(queue: LocalQueue, input: JsonObject): void {
  const seconds = integer(input, 'VisibilityTimeout', [0, 43_200]);
  if (seconds === undefined) {
    throw new AwsError('MissingParameter', 'The request must contain the parameter VisibilityTimeout.');
  }
  queue.changeVisibility(handleOf(input), seconds);
}

function integer(
  input: JsonObject,
  name: string,
  [least, most]: readonly [number, number],
): number | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  throw new AwsError(
    'InvalidParameterValue',
    `Value ${value} for parameter ${name} is invalid. Reason: Must be between ${least} and ${most}, if provided.`,
  );
}
