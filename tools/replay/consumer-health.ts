import { SQSClient } from '@aws-sdk/client-sqs';
import { countMessages } from '../target/count-messages.ts';
import type { Consumer } from '../target/read-consumers.ts';
import type { Target } from '../target/target.ts';

/** What a consumer has before it and what it gave up, about: SQS's counts. */
export interface ConsumerHealth {
  readonly waiting: number;
  readonly deadLetters: number;
}

/** By consumer. */
export async function readHealth(
  consumers: readonly Consumer[],
  { settings }: Target,
): Promise<ReadonlyMap<string, ConsumerHealth>> {
  const sqs = new SQSClient(settings);
  const countIn = async (url: string | undefined) => (url === undefined ? 0 : countMessages(url, sqs));
  try {
    return new Map(
      await Promise.all(
        consumers.map(async ({ deadLetters, name, queue }) => {
          const [waiting, letters] = await Promise.all([countIn(queue.url), countIn(deadLetters?.url)]);
          return [name, { waiting, deadLetters: letters }] as const;
        }),
      ),
    );
  } finally {
    sqs.destroy();
  }
}
