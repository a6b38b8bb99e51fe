import type { SQSClient } from '@aws-sdk/client-sqs';
import { type Look, lookInto } from '../dead-letters/look-into.ts';
import type { Consumer } from '../target/read-consumers.ts';

/** Looks into the dead-letter queues of consumers, at the first messages of each. */
export async function lookForLetters(
  consumers: readonly Consumer[],
  { signal, sqs }: { readonly signal: AbortSignal; readonly sqs: SQSClient },
): Promise<readonly Look[]> {
  const looks = consumers.flatMap((consumer) =>
    consumer.deadLetters === undefined
      ? []
      : [
          lookInto(
            { of: consumer.name, queue: consumer.deadLetters, from: { kind: 'consumer', consumer } },
            { limit: LETTERS, signal, sqs },
          ),
        ],
  );
  // All of them to their end, however one ends: each puts back what it has received.
  const results = await Promise.allSettled(looks);
  const failure = results.find((result) => result.status === 'rejected');
  if (failure) throw failure.reason;
  return Promise.all(looks);
}

/** Messages of a dead-letter queue that are looked at. */
const LETTERS = 500;
