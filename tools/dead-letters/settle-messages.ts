import type { Message, SQSClient } from '@aws-sdk/client-sqs';
import type { Pace } from '../target/create-pace.ts';
import { deleteMessages } from '../target/delete-messages.ts';
import { receive, release } from './receive.ts';

export interface SettleOptions {
  readonly queueUrl: string;
  /** The messages that are meant, by SQS's id; all others stay. */
  readonly wanted: ReadonlySet<string>;
  /** Resolves when what is in these messages is safe elsewhere: then they are deleted. */
  readonly settle: (messages: readonly Message[]) => Promise<void>;
  readonly pace: Pace;
  /** Messages a second: so many are taken in hand at a time at most. @default ten at a time */
  readonly rate?: number;
  readonly onSettled: (count: number) => void;
  readonly sqs: SQSClient;
  readonly signal: AbortSignal;
}

/**
 * Takes messages out of a queue, each only after it was settled; whatever ends it, the others are visible again. A message that was
 * settled and could not be deleted is there twice: its consumer's effect is the same once or twice. Answers the ids of those that
 * somebody else has in hand.
 */
export async function settleMessages({
  queueUrl,
  wanted,
  settle,
  pace,
  rate = 10,
  onSettled,
  sqs,
  signal,
}: SettleOptions): Promise<ReadonlySet<string>> {
  const left = new Set(wanted);
  const held = new Map<string, Message>();
  try {
    while (left.size > 0) {
      signal.throwIfAborted();
      const most = Math.max(1, Math.floor(rate));
      const messages = await receive(queueUrl, { isMoreExpected: true, most, sqs });
      if (messages.length === 0) break;
      for (const message of messages) held.set(message.MessageId ?? '', message);
      const ours = messages.filter(({ MessageId = '' }) => left.has(MessageId));
      if (ours.length === 0) continue;
      await pace.next(ours.length);
      await settle(ours);
      await deleteMessages(queueUrl, ours, sqs);
      for (const { MessageId = '' } of ours) {
        held.delete(MessageId);
        left.delete(MessageId);
      }
      onSettled(ours.length);
    }
  } finally {
    const handles = [...held.values()].map(({ ReceiptHandle }) => ReceiptHandle);
    await release(queueUrl, handles, sqs);
  }
  return left;
}
