import {
  type AttributeValue,
  BatchExecuteStatementCommand,
  type BatchStatementRequest,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';

/** `written`: now. `taken`: an item stands under its key. `refused`: can never be written. `open`: not known to be written, for a passing reason. */
export type InsertOutcome =
  | { readonly kind: 'written' | 'taken' }
  | { readonly kind: 'refused' | 'open'; readonly reason: string };

type Item = Readonly<Record<string, AttributeValue>>;

export interface InsertOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** Whether there is time for another round. */
  readonly hasTime: () => boolean;
  readonly wait: (ms: number) => Promise<void>;
}

const STATEMENTS_PER_CALL = 25;
const CALLS_UNDER_WAY = 8;
/** Rounds in which no item gets through before the rest is given up: throttling lets some through, a bad item never. */
const FRUITLESS_ROUNDS = 3;

/**
 * Writes items where none stands under the key, 25 in a call at one write unit per kilobyte each. What DynamoDB throttles
 * is tried again, with longer and longer waits, as long as some get through. Answers in the order given.
 */
export async function insertItems(
  items: readonly Item[],
  options: InsertOptions,
): Promise<readonly InsertOutcome[]> {
  const outcomes: InsertOutcome[] = items.map(() => ({ kind: 'open', reason: 'it was not tried' }));
  let open = items.map((_, i) => i);
  let fruitless = 0;
  for (let round = 0; open.length > 0; round += 1) {
    if (round > 0) await options.wait(Math.min(50 * 2 ** round, 2_000) * (0.5 + Math.random() / 2));
    await inParallel(chunks(open, STATEMENTS_PER_CALL), CALLS_UNDER_WAY, async (indexes) => {
      const together = indexes.map((i) => items[i]).filter((item) => item !== undefined);
      const answers = await insertTogether(together, options);
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
  items: readonly Item[],
  { client, tableName }: InsertOptions,
): Promise<readonly InsertOutcome[]> {
  const command = new BatchExecuteStatementCommand({
    Statements: items.map((item) => toStatement(tableName, item)),
  });
  try {
    const { Responses = [] } = await client.send(command);
    return Responses.map(({ Error: error }) => outcomeOf(error));
  } catch (error) {
    // The SDK has tried several times: the items come back with their messages.
    return items.map(() => ({ kind: 'open', reason: error instanceof Error ? `${error}` : 'unknown' }));
  }
}

/** The text is the same for all items with the same attributes, which is what DynamoDB can cache. */
function toStatement(tableName: string, item: Item): BatchStatementRequest {
  const attributes = Object.keys(item).map((name) => `'${name}': ?`);
  return {
    Statement: `INSERT INTO "${tableName}" VALUE {${attributes.join(', ')}}`,
    Parameters: Object.values(item),
  };
}

const NO_ANSWER: InsertOutcome = { kind: 'open', reason: 'DynamoDB gave no answer for it' };

function outcomeOf(error: { readonly Code?: string; readonly Message?: string } | undefined): InsertOutcome {
  if (!error) return { kind: 'written' };
  if (error.Code === 'DuplicateItem') return { kind: 'taken' };
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
