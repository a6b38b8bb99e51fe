import { SQSClient } from '@aws-sdk/client-sqs';
import { readCount } from '../read-count.ts';
import { enterTarget } from '../target/enter-target.ts';
import { type Consumer, readConsumers } from '../target/read-consumers.ts';
import type { Target } from '../target/target.ts';
import type { TargetArguments } from '../target/target-arguments.ts';
import type { DeadLetter } from './dead-letter.ts';
import { explainFailures } from './explain-failures.ts';
import { findDeadLetterQueues } from './find-queues.ts';
import { type Look, lookIntoEach } from './look-into.ts';
import { type Selection, selectLetters, selectQueues } from './select-letters.ts';

export const limitArgument = {
  limit: {
    type: 'string',
    description: 'Messages to look at in each queue. Default: 1000',
    valueHint: 'N',
  },
} as const;

/** The dead letters of a stage, as they are now. */
export interface DeadLetters {
  readonly target: Target;
  readonly sqs: SQSClient;
  readonly consumers: readonly Consumer[];
  readonly looks: readonly Look[];
  /** Those that are meant, queue by queue. */
  readonly chosen: readonly DeadLetter[];
}

/** Looks into the dead-letter queues that a command is about, lets it work, and puts everything away. */
export async function withDeadLetters<Result>(
  {
    given,
    selection,
    signal,
  }: {
    readonly given: TargetArguments & { readonly json: boolean; readonly limit?: string };
    readonly selection: Selection;
    readonly signal: AbortSignal;
  },
  work: (letters: DeadLetters) => Promise<Result>,
): Promise<Result> {
  // SQS lets 120,000 messages of a queue be in flight.
  const limit = readCount('limit', given.limit ?? '1000', { least: 1, most: 100_000, of: 'messages' });
  const target = await enterTarget(given);
  const sqs = new SQSClient(target.settings);
  try {
    const consumers = await readConsumers(target);
    const queues = selectQueues(await findDeadLetterQueues(target, { consumers, sqs }), selection);
    const seen = await lookIntoEach(queues, { limit, signal, sqs });
    for (const { of, unseen } of seen) {
      if (unseen > 0) console.error(`${of}: about ${unseen} more were not looked at; --limit is ${limit}.`);
    }
    const looks = await explainFailures(seen, { target, signal });
    const chosen = selectLetters(
      looks.flatMap(({ letters }) => letters),
      selection,
    );
    return await work({ target, sqs, consumers, looks, chosen });
  } finally {
    sqs.destroy();
  }
}
