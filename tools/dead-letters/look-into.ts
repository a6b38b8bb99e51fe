import { GetQueueAttributesCommand, type Message, type SQSClient } from '@aws-sdk/client-sqs';
import { type DeadLetter, readDeadLetter } from './dead-letter.ts';
import type { DeadLetterQueue } from './find-queues.ts';
import { receive, release } from './receive.ts';

/** What is in a dead-letter queue. */
export interface Look extends DeadLetterQueue {
  /** The oldest first. */
  readonly letters: readonly DeadLetter[];
  /** How many, more or less, were not looked at because of the limit. */
  readonly unseen: number;
  /** How many, more or less, somebody else has received and not settled. */
  readonly inFlight: number;
  /** How long a message is kept from the time it was sent. */
  readonly retentionSeconds: number;
}

export interface LookOptions {
  /** Messages of a queue. */
  readonly limit: number;
  readonly signal: AbortSignal;
  readonly sqs: SQSClient;
}

/** Looks into several queues at once. */
export async function lookIntoEach(
  queues: readonly DeadLetterQueue[],
  options: LookOptions,
): Promise<readonly Look[]> {
  const looks = queues.map((queue) => lookInto(queue, options));
  // All of them to their end, however one ends: each puts back what it has received.
  await Promise.allSettled(looks);
  return Promise.all(looks);
}

/** Reads up to `limit` messages of a queue and leaves them where they are, visible again at once, also when it is aborted. */
async function lookInto(queue: DeadLetterQueue, { limit, signal, sqs }: LookOptions): Promise<Look> {
  const { url } = queue.queue;
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: url,
      AttributeNames: [
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesNotVisible',
        'MessageRetentionPeriod',
      ],
    }),
  );
  const count = Number(Attributes.ApproximateNumberOfMessages);
  const held = new Map<string, Message>();
  try {
    while (held.size < limit) {
      signal.throwIfAborted();
      const before = held.size;
      const messages = await receive(url, {
        isMoreExpected: held.size < count,
        most: limit - held.size,
        sqs,
      });
      for (const message of messages) held.set(message.MessageId ?? '', message);
      // None, or those that came first again: the look has taken longer than they are hidden.
      if (held.size === before) break;
    }
  } finally {
    const handles = [...held.values()].map(({ ReceiptHandle }) => ReceiptHandle);
    await release(url, handles, sqs);
  }
  return {
    ...queue,
    letters: [...held.values()]
      .map((message) => readDeadLetter(message, queue))
      .sort((a, b) => a.sentAt.localeCompare(b.sentAt)),
    unseen: Math.max(0, count - held.size),
    inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible),
    retentionSeconds: Number(Attributes.MessageRetentionPeriod),
  };
}
