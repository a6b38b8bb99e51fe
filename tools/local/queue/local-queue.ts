import { randomUUID } from 'node:crypto';
import type { Caller, Engine } from '../local-service.ts';
import { AwsError } from '../wire/aws-error.ts';
import { createDeduplication, deduplicationIdOf } from './deduplication.ts';
import { keepMessages } from './keep-messages.ts';
import { checkMessage, md5, md5OfMessageAttributes, messageBytes } from './message-checks.ts';
import { parseRedrivePolicy, QUEUE_DEFAULTS } from './queue-attributes.ts';
import { createQueueMessages, type StoredMessage } from './queue-messages.ts';
import type { Queue, ReceivedMessage, SentMessage } from './queues.ts';
import { toReceived } from './to-received.ts';

/** A queue as the SQS operations see it. */
export interface LocalQueue extends Queue {
  readonly isFifo: boolean;
  readonly attributes: Map<string, string>;
  readonly tags: Map<string, string>;
  readonly createdAt: number;
  lastModifiedAt: number;
  receive(max: number, caller: Caller, options?: { visibilitySeconds?: number }): readonly ReceivedMessage[];
  /** Takes in a message that another queue gave up on: same id, same content, its receives counted on. */
  takeOver(message: StoredMessage, fromArn: string): void;
  purge(): void;
  /** Closes it for good: nothing of it is left, on disk neither. */
  drop(): void;
  close(): void;
}

export function createLocalQueue(options: {
  readonly engine: Engine;
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  /** Its times, when it comes back from disk. @default now */
  readonly times?: { readonly createdAt: number; readonly lastModifiedAt: number };
  readonly queueByArn: (arn: string) => LocalQueue | undefined;
  readonly isDeadLetterQueue: (arn: string) => boolean;
}): LocalQueue {
  const { engine, name, queueByArn, isDeadLetterQueue } = options;
  const { authority, clock, faults, observations } = engine;
  const arn = `arn:aws:sqs:${engine.region}:${engine.accountId}:${name}`;
  const isFifo = name.endsWith('.fifo');
  const attributes = new Map(Object.entries({ ...QUEUE_DEFAULTS, ...options.attributes }));
  const { persistence } = engine;
  const messages = createQueueMessages(clock, {
    isFifo,
    kept: persistence && keepMessages(persistence, name),
  });
  const deduplication = createDeduplication(clock, persistence?.collection(`deduplication of ${name}`));
  // Begins with the time, so that it goes on growing when the queue comes back from disk.
  let sequence = BigInt(clock.now()) * 1_000_000n;
  const seconds = (attribute: string) => Number(attributes.get(attribute));

  const queue: LocalQueue = {
    name,
    arn,
    isFifo,
    attributes,
    tags: new Map(Object.entries(options.tags)),
    createdAt: clock.now(),
    lastModifiedAt: clock.now(),
    ...options.times,
    get url() {
      return `${engine.endpoint()}/${engine.accountId}/${name}`;
    },
    send(outgoing, caller) {
      // Who comes over the wire was held to its role there.
      if (caller.kind === 'service') {
        authority?.authorize(caller, { action: 'sqs:SendMessage', resource: arn }, attributes.get('Policy'));
      }
      const { body, attributes: messageAttributes = {} } = outgoing;
      checkMessage(body, messageAttributes);
      const bytes = messageBytes(body, messageAttributes);
      const limit = seconds('MaximumMessageSize');
      if (bytes > limit) {
        throw new AwsError(
          'InvalidParameterValue',
          `One or more parameters are invalid. Reason: Message must be shorter than ${limit} bytes.`,
        );
      }
      const isContentBased = attributes.get('ContentBasedDeduplication') === 'true';
      const fifoId = isFifo ? deduplicationIdOf(outgoing, { isContentBased }) : undefined;
      const before = fifoId === undefined ? undefined : deduplication.find(fifoId);
      if (before) return before;

      sequence += 1n;
      const message: StoredMessage = {
        messageId: randomUUID(),
        body,
        md5OfBody: md5(body),
        attributes: messageAttributes,
        md5OfMessageAttributes: md5OfMessageAttributes(messageAttributes),
        bytes,
        sentAt: clock.now(),
        groupId: outgoing.groupId,
        deduplicationId: fifoId ?? outgoing.deduplicationId,
        sequenceNumber: isFifo ? String(sequence).padStart(20, '0') : undefined,
        traceHeader: outgoing.traceHeader,
        senderId: caller.name,
        state: 'delayed',
        receiveCount: 0,
      };
      const delaySeconds = (isFifo ? undefined : outgoing.delaySeconds) ?? seconds('DelaySeconds');
      enqueue(message, caller, delaySeconds * 1_000);
      if (caller.kind === 'function' && isDeadLetterQueue(arn)) {
        observations.report({
          kind: 'parked',
          queue: name,
          messageId: message.messageId,
          caller: caller.name,
          reason: messageAttributes.REASON?.StringValue,
        });
      }
      const sent: SentMessage = {
        messageId: message.messageId,
        md5OfBody: message.md5OfBody,
        md5OfMessageAttributes: message.md5OfMessageAttributes,
        sequenceNumber: message.sequenceNumber,
      };
      if (fifoId !== undefined) deduplication.remember(fifoId, sent);
      return sent;
    },
    receive(max, caller, { visibilitySeconds = seconds('VisibilityTimeout') } = {}) {
      const redrive = parseRedrivePolicy(attributes.get('RedrivePolicy'));
      const deadLetterQueue = redrive && queueByArn(redrive.deadLetterTargetArn);
      const oldest = clock.now() - seconds('MessageRetentionPeriod') * 1_000;
      const taken: StoredMessage[] = [];
      while (taken.length < max) {
        const candidates = next(max - taken.length);
        if (candidates.length === 0) break;
        for (const message of candidates) {
          if (message.sentAt <= oldest) {
            messages.remove(message);
          } else if (redrive && deadLetterQueue && message.receiveCount >= redrive.maxReceiveCount) {
            messages.remove(message);
            deadLetterQueue.takeOver(message, arn);
          } else {
            taken.push(message);
          }
        }
      }
      const received = taken.map((message) => {
        messages.hide(message, visibilitySeconds * 1_000);
        message.receiveCount += 1;
        message.firstReceivedAt ??= clock.now();
        return toReceived(message);
      });
      for (const message of taken) copyIfStruck(message);
      if (received.length > 0) {
        observations.report({
          kind: 'received',
          queue: name,
          messageIds: received.map(({ messageId }) => messageId),
          bytes: taken.reduce((sum, { bytes }) => sum + bytes, 0),
          caller: caller.name,
        });
      }
      return received;
    },
    delete(receiptHandle) {
      const message = findByHandle(receiptHandle);
      if (!message) return;
      if (isFifo && message.state !== 'inFlight') {
        throw new AwsError(
          'InvalidParameterValue',
          `Value ${receiptHandle} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.`,
        );
      }
      messages.remove(message);
    },
    changeVisibility(receiptHandle, visibilitySeconds) {
      if (!(visibilitySeconds >= 0 && visibilitySeconds <= 43_200)) {
        throw new AwsError(
          'InvalidParameterValue',
          `Value ${visibilitySeconds} for parameter VisibilityTimeout is invalid. Reason: Must be between 0 and 43200.`,
        );
      }
      const message = findByHandle(receiptHandle);
      if (message?.state !== 'inFlight') {
        throw new AwsError(
          'InvalidParameterValue',
          `Value ${receiptHandle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
        );
      }
      messages.changeVisibility(message, visibilitySeconds * 1_000);
    },
    takeOver(given, fromArn) {
      const message: StoredMessage = {
        ...given,
        state: 'delayed',
        deadLetterSourceArn: fromArn,
        receiptHandle: undefined,
        alarm: undefined,
      };
      enqueue(message, { kind: 'service', name: 'sqs.amazonaws.com' }, 0);
      observations.report({
        kind: 'dead-lettered',
        queue: name,
        messageId: message.messageId,
        door: 'redrive',
        reason: `received ${message.receiveCount} times from ${fromArn}, which is its maxReceiveCount`,
      });
    },
    onVisible: messages.onVisible,
    visibilityTimeoutSeconds: () => seconds('VisibilityTimeout'),
    depth: messages.depth,
    purge: messages.clear,
    drop() {
      messages.clear();
      messages.close();
      deduplication.clear();
    },
    close: messages.close,
  };
  return queue;

  function enqueue(message: StoredMessage, caller: Caller, delayMs: number) {
    const delayed = faults.isArmed('queue') ? faults.draw('queue', 'delay', name) : undefined;
    messages.add(message, delayMs + (delayed?.ms ?? 0));
    observations.report({
      kind: 'enqueued',
      queue: name,
      messageId: message.messageId,
      bytes: message.bytes,
      caller: caller.name,
      eventId: EVENT.exec(message.body)?.[1],
    });
  }

  function next(count: number): StoredMessage[] {
    if (isFifo || !faults.isArmed('queue') || !faults.draw('queue', 'reorder', name)) {
      return messages.next(count);
    }
    const window = messages.next(REORDER_WINDOW);
    for (let last = window.length - 1; last > 0; last -= 1) {
      const other = Math.floor(faults.random() * (last + 1));
      const [a, b] = [window[last], window[other]];
      if (a && b) [window[last], window[other]] = [b, a];
    }
    messages.putBack(window.slice(count));
    return window.slice(0, count);
  }

  function copyIfStruck(message: StoredMessage) {
    if (message.isCopy || !faults.isArmed('queue') || !faults.draw('queue', 'duplicate', name)) return;
    messages.add(
      {
        ...message,
        isCopy: true,
        state: 'delayed',
        receiveCount: message.receiveCount - 1,
        receiptHandle: undefined,
        alarm: undefined,
      },
      0,
    );
  }

  function findByHandle(receiptHandle: string): StoredMessage | undefined {
    if (!RECEIPT_HANDLE.test(receiptHandle)) {
      throw new AwsError(
        'ReceiptHandleIsInvalid',
        `The input receipt handle "${receiptHandle}" is not a valid receipt handle.`,
      );
    }
    return messages.byHandle(receiptHandle);
  }
}

/** How far ahead the fault `reorder` looks for the messages of one receive. */
const REORDER_WINDOW = 100;
/** How EventBridge begins an event: whoever puts one into a queue again, such as a dead-letter queue, leaves it as it is. */
const EVENT = /^\{"version":"0","id":"([^"]+)"/;
const RECEIPT_HANDLE = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
