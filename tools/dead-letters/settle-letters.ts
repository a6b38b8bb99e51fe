import type { Message, SQSClient } from '@aws-sdk/client-sqs';
import { bar, createLiveText } from '../live-text.ts';
import { createPace } from '../target/create-pace.ts';
import { UserError } from '../user-error.ts';
import type { DeadLetter } from './dead-letter.ts';
import type { Look } from './look-into.ts';
import { settleMessages } from './settle-messages.ts';

export interface SettleLettersOptions {
  /** Where the messages are. */
  readonly looks: readonly Look[];
  /** Resolves when these messages may be deleted. */
  readonly settle: (messages: readonly Message[]) => Promise<void>;
  /** Messages a second. @default as fast as SQS takes them */
  readonly rate?: number;
  /** What becomes of them, for the person who waits: `back`. @default nobody waits */
  readonly shownAs?: string;
  /** Told how many were settled and deleted. */
  readonly onSettled: (count: number) => void;
  readonly sqs: SQSClient;
  readonly signal: AbortSignal;
}

/** Settles messages queue by queue, with a bar. Throws `UserError` when somebody else had some of them in hand. */
export async function settleLetters(
  letters: readonly DeadLetter[],
  { looks, rate, shownAs, onSettled, signal, ...options }: SettleLettersOptions,
): Promise<void> {
  const live = createLiveText(process.stderr);
  const pace = createPace({ perSecond: rate, signal });
  let count = 0;
  const tell = (more: number) => {
    count += more;
    onSettled(more);
    if (shownAs === undefined) return;
    live.show([`  ${bar(count / letters.length)}  ${count} of ${letters.length} ${shownAs}`]);
  };
  let busy = 0;
  try {
    for (const { letters: own, queue } of looks) {
      const inQueue = new Set(own);
      const wanted = letters.filter((letter) => inQueue.has(letter)).map(({ messageId }) => messageId);
      const left = await settleMessages({
        ...options,
        queueUrl: queue.url,
        wanted: new Set(wanted),
        pace,
        rate,
        onSettled: tell,
        signal,
      });
      busy += left.size;
    }
  } finally {
    live.finish();
  }
  if (busy === 0) return;
  throw new UserError(
    `${busy} of the messages could not be had: somebody else has them in hand, or has settled them. fanbus dlq list says what is there.`,
  );
}
