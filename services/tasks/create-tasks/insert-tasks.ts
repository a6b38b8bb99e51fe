import { BatchExecuteStatementCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { TaskInput } from '../task.ts';
import { insertStatement } from './insert-statement.ts';

/** A task to be written under its key. */
export interface NewTask {
  readonly list: string;
  readonly id: string;
  readonly taskFileId: string;
  readonly line: number;
  readonly task: TaskInput;
}

/** `there`: written now or before. `refused`: can never be written. `open`: not written for a passing reason. */
export type InsertOutcome =
  | { readonly kind: 'there' }
  | { readonly kind: 'refused' | 'open'; readonly reason: string };

export interface InsertOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly now: Date;
  /** Whether there is time for another round. */
  readonly hasTime: () => boolean;
  readonly wait: (ms: number) => Promise<void>;
}

const STATEMENTS_PER_CALL = 25;
const CALLS_UNDER_WAY = 8;
/** Rounds in which no row gets through before the rest is given up: throttling lets some through, a bad row never. */
const FRUITLESS_ROUNDS = 3;

/**
 * Writes tasks where none stands under the key, 25 in a call at one write unit per kilobyte each. What DynamoDB throttles
 * is tried again, with longer and longer waits, as long as some get through. Answers in the order given.
 */
export async function insertTasks(
  tasks: readonly NewTask[],
  options: InsertOptions,
): Promise<readonly InsertOutcome[]> {
  const outcomes: InsertOutcome[] = tasks.map(() => ({ kind: 'open', reason: 'it was not tried' }));
  let open = tasks.map((_, i) => i);
  let fruitless = 0;
  for (let round = 0; open.length > 0; round += 1) {
    if (round > 0) await options.wait(Math.min(50 * 2 ** round, 2_000) * (0.5 + Math.random() / 2));
    await inParallel(chunks(open, STATEMENTS_PER_CALL), CALLS_UNDER_WAY, async (indexes) => {
      const answers = await insertTogether(
        indexes.flatMap((i) => tasks[i] ?? []),
        options,
      );
      for (const [n, i] of indexes.entries()) outcomes[i] = answers[n] ?? NO_ANSWER;
    });
    const left = open.filter((i) => outcomes[i]?.kind === 'open');
    fruitless = left.length < open.length ? 0 : fruitless + 1;
    open = left;
    if (fruitless >= FRUITLESS_ROUNDS || !options.hasTime()) break;
  }
  return outcomes;
}

async function insertTogether(
  tasks: readonly NewTask[],
  { client, tableName, now }: InsertOptions,
): Promise<readonly InsertOutcome[]> {
  const time = now.toISOString();
  const command = new BatchExecuteStatementCommand({
    Statements: tasks.map((task) => insertStatement({ tableName, task, now: time })),
  });
  try {
    const { Responses = [] } = await client.send(command);
    return Responses.map(({ Error: error }) => outcomeOf(error));
  } catch (error) {
    // The SDK has tried several times: the rows come back with their messages.
    return tasks.map(() => ({ kind: 'open', reason: error instanceof Error ? `${error}` : 'unknown' }));
  }
}

const NO_ANSWER: InsertOutcome = { kind: 'open', reason: 'DynamoDB gave no answer for it' };

function outcomeOf(error: { readonly Code?: string; readonly Message?: string } | undefined): InsertOutcome {
  if (!error || error.Code === 'DuplicateItem') return { kind: 'there' };
  const reason = `${error.Code}: ${error.Message}`;
  return error.Code === 'ValidationError' || error.Code === 'ItemCollectionSizeLimitExceeded'
    ? { kind: 'refused', reason }
    : { kind: 'open', reason };
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, n) =>
    items.slice(n * size, (n + 1) * size),
  );
}

async function inParallel<T>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const rest = items.values();
  await Promise.all(
    Array.from({ length: Math.min(limit, items.length) }, async () => {
      for (const item of rest) await work(item);
    }),
  );
}
