import type { SQSClient } from '@aws-sdk/client-sqs';
import type { DeadLetterQueue } from '../dead-letters/find-queues.ts';
import { type Look, lookIntoEach } from '../dead-letters/look-into.ts';
import type { Consumer } from '../target/read-consumers.ts';

/** Looks into the dead-letter queues of consumers, at the first messages of each. */
export async function lookForLetters(
  consumers: readonly Consumer[],
  { signal, sqs }: { readonly signal: AbortSignal; readonly sqs: SQSClient },
): Promise<readonly Look[]> {
  const queues = consumers.flatMap((consumer): readonly DeadLetterQueue[] => {
    const { deadLetters: queue, name: of } = consumer;
    return queue === undefined ? [] : [{ of, queue, from: { kind: 'consumer', consumer } }];
  });
  return lookIntoEach(queues, { limit: LETTERS, signal, sqs });
}

/** Messages of a dead-letter queue that are looked at. */
const LETTERS = 500;
