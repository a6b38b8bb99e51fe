import { type DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { PieceResult } from './piece.ts';
import { type Item, isChild, parentOf, partOf, type Shard, TOTAL_PREFIX, toShard } from './shard.ts';

export interface ShardWrite {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly key: Item;
  readonly partsPerShard: number;
}

/** Records pieces of one shard in one conditional update, whatever is on record already. Returns the shard after it. */
export async function recordShard(write: ShardWrite, pieces: readonly PieceResult[]): Promise<Shard> {
  const distinct = [...new Map(pieces.map((piece) => [piece.id, piece])).values()];
  let shard: Shard | undefined;
  // Beyond this an expression outgrows DynamoDB's 4 KB.
  for (let i = 0; i < distinct.length; i += 25)
    shard = await recordTogether(write, distinct.slice(i, i + 25));
  if (!shard) throw new Error('there is no piece to record: give at least one');
  return shard;
}

async function recordTogether(write: ShardWrite, pieces: readonly PieceResult[]): Promise<Shard> {
  // What is on record is read only when the first attempt, which supposes that nothing is, meets something.
  let steps = pieces.map((piece) => ({ piece, kind: 'record' as 'record' | 'correct' }));
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const written = await update(write, steps);
    if (written) return written;
    const { Item } = await write.client.send(
      new GetItemCommand({ TableName: write.tableName, Key: write.key, ConsistentRead: true }),
    );
    const shard = toShard(Item);
    steps = pieces.flatMap((piece) => {
      const kind = stepFor(piece, shard, write.partsPerShard);
      return kind ? [{ piece, kind }] : [];
    });
    if (steps.length === 0) return shard;
  }
  throw new Error(
    `${pieces.map(({ id }) => id).join(', ')} could not be recorded in 20 attempts, since others kept recording them too: try again`,
  );
}

function stepFor(piece: PieceResult, shard: Shard, partsPerShard: number) {
  const { id, failed } = piece;
  if (isChild(id) && !shard.named.has(id)) {
    throw new Error(
      `"${id}" is not on record as a child of "${parentOf(id)}": record its parent, which names it, first`,
    );
  }
  const isNew = isChild(id) ? !shard.settled.has(id) : !shard.done.has(partOf(id) % partsPerShard);
  if (isNew) return 'record';
  return shard.failed.has(id) && !shard.corrected.has(id) && !failed ? 'correct' : undefined;
}

async function update(
  { client, tableName, key, partsPerShard }: ShardWrite,
  steps: readonly { piece: PieceResult; kind: 'record' | 'correct' }[],
): Promise<Shard | undefined> {
  const values: Item = {};
  const conditions: string[] = [];
  const sets = new Map<string, Set<string>>();
  const totals = new Map<string, number>();
  const add = (set: string, ids: readonly string[]) =>
    sets.set(set, new Set([...(sets.get(set) ?? []), ...ids]));

  for (const [i, { piece, kind }] of steps.entries()) {
    const { id, children = [], failed = false } = piece;
    const inShard = `${partOf(id) % partsPerShard}`;
    values[`:i${i}`] = isChild(id) || kind === 'correct' ? { S: id } : { N: inShard };
    if (kind === 'correct') {
      conditions.push(`contains(failed, :i${i}) AND NOT contains(corrected, :i${i})`);
      add('corrected', [id]);
      add('late', [id]);
    } else if (isChild(id)) {
      conditions.push(`contains(named, :i${i}) AND NOT contains(settled, :i${i})`);
      add('settled', [id]);
    } else {
      conditions.push(`NOT contains(done, :i${i})`);
      add('done', [inShard]);
    }
    const stray = children.find((child) => parentOf(child) !== id);
    if (stray !== undefined)
      throw new Error(`"${stray}" is no child of "${id}": name it "${id}.<name>", without a dot in the name`);
    if (children.length > 0) add('named', children);
    if (failed) add('failed', [id]);
    for (const [name, n] of Object.entries(piece.totals)) totals.set(name, (totals.get(name) ?? 0) + n);
  }

  const additions = [...sets].map(([set, members], i) => {
    values[`:s${i}`] = set === 'done' ? { NS: [...members] } : { SS: [...members] };
    return `${set} :s${i}`;
  });
  const names: Record<string, string> = {};
  for (const [i, [name, n]] of [...totals].entries()) {
    names[`#t${i}`] = `${TOTAL_PREFIX}${name}`;
    values[`:t${i}`] = { N: `${n}` };
    additions.push(`#t${i} :t${i}`);
  }
  try {
    const { Attributes } = await client.send(
      new UpdateItemCommand({
        TableName: tableName,
        Key: key,
        UpdateExpression: `ADD ${additions.join(', ')}`,
        ConditionExpression: conditions.join(' AND '),
        ...(totals.size > 0 && { ExpressionAttributeNames: names }),
        ExpressionAttributeValues: values,
        ReturnValues: 'ALL_NEW',
      }),
    );
    return toShard(Attributes);
  } catch (error) {
    if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return undefined;
    throw error;
  }
}
