import { SQSClient } from '@aws-sdk/client-sqs';
import { openTarget } from '../target/open-target.ts';
import { type Consumer, readConsumers } from '../target/read-consumers.ts';
import type { Target } from '../target/target.ts';
import type { TargetArguments } from '../target/target-arguments.ts';
import { UserError } from '../user-error.ts';
import { explainFailures } from './explain-failures.ts';
import { findDeadLetterQueues } from './find-queues.ts';
import { type Look, lookInto } from './look-into.ts';
import { type Selection, selectQueues } from './select-letters.ts';

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
}

/** Looks into the dead-letter queues that a command is about, lets it work, and puts everything away. */
export async function withDeadLetters<Result>(
  {
    given,
    isJson,
    selection,
    signal,
  }: {
    readonly given: TargetArguments & { readonly limit?: string };
    readonly isJson: boolean;
    readonly selection: Selection;
    readonly signal: AbortSignal;
  },
  work: (letters: DeadLetters) => Promise<Result>,
): Promise<Result> {
  const limit = readLimit(given.limit);
  const target = await openTarget(given);
  if (!isJson) console.error(`On ${target.label}.`);
  const sqs = new SQSClient(target.settings);
  try {
    const consumers = await readConsumers(target);
    const queues = selectQueues(await findDeadLetterQueues(target, { consumers, sqs }), selection);
    // All of them to their end, however one ends: each puts back what it has received.
    const results = await Promise.allSettled(queues.map((queue) => lookInto(queue, { limit, signal, sqs })));
    const failure = results.find((result) => result.status === 'rejected');
    if (failure) throw failure.reason;
    const seen = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    for (const { of, unseen } of seen) {
      if (unseen > 0) console.error(`${of}: about ${unseen} more were not looked at; --limit is ${limit}.`);
    }
    const looks = await explainFailures(seen, { target, signal });
    return await work({ target, sqs, consumers, looks });
  } finally {
    sqs.destroy();
  }
}

function readLimit(text = '1000'): number {
  const limit = Number(text);
  // SQS lets 120,000 messages of a queue be in flight.
  if (Number.isInteger(limit) && limit >= 1 && limit <= 100_000) return limit;
  throw new UserError(`--limit ${text} is no number of messages: give 1 to 100000.`);
}
