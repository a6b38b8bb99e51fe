import {
  type DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { type Item, type Shard, toShard } from './shard.ts';

/** The job as a whole: how many parts and shards it has, which shards are full, when that was announced. */
export interface Whole {
  readonly expectedParts?: number;
  readonly expectedShards?: number;
  readonly full: ReadonlySet<number>;
  /** ISO 8601. */
  readonly announcedAt?: string;
}

/** The items of one job: its reads and unconditional writes. */
export function openJob({
  client,
  tableName,
  jobId,
}: {
  client: DynamoDBClient;
  tableName: string;
  jobId: string;
}) {
  const key = (sk: string): Item => ({ pk: { S: jobId }, sk: { S: sk } });

  async function update(sk: string, input: Omit<UpdateItemCommandInput, 'TableName' | 'Key'>) {
    const { Attributes } = await client.send(
      new UpdateItemCommand({ TableName: tableName, Key: key(sk), ReturnValues: 'ALL_NEW', ...input }),
    );
    return Attributes;
  }

  async function read(sk: string) {
    const { Item } = await client.send(
      new GetItemCommand({ TableName: tableName, Key: key(sk), ConsistentRead: true }),
    );
    return Item;
  }

  return {
    key,
    readShard: async (n: number) => toShard(await read(shardKey(n))),

    /** Notes that shards are full, and answers the whole as it is then. */
    async addFull(shards: readonly number[]): Promise<Whole> {
      const item = await update('whole', {
        UpdateExpression: 'ADD #full :full',
        ExpressionAttributeNames: { '#full': 'full' },
        ExpressionAttributeValues: { ':full': { NS: shards.map(String) } },
      });
      return toWhole(item);
    },

    async markAnnounced(at: Date) {
      await update('whole', {
        UpdateExpression: 'SET announcedAt = :at',
        ExpressionAttributeValues: { ':at': { S: at.toISOString() } },
      });
    },

    async forgetLate(shard: number, ids: readonly string[]) {
      await update(shardKey(shard), {
        UpdateExpression: 'DELETE late :ids',
        ExpressionAttributeValues: { ':ids': { SS: [...ids] } },
      });
    },

    /** Writes how much is expected, once: throws when it was written before and differs. Answers the item after it. */
    async expect(sk: string, numbers: Readonly<Record<string, number>>): Promise<Item | undefined> {
      const names = Object.keys(numbers);
      const values = Object.entries(numbers).map(([name, n]) => [`:${name}`, { N: `${n}` }]);
      try {
        return await update(sk, {
          UpdateExpression: `SET ${names.map((name) => `${name} = :${name}`).join(', ')}`,
          ConditionExpression: names
            .map((name) => `(attribute_not_exists(${name}) OR ${name} = :${name})`)
            .join(' AND '),
          ExpressionAttributeValues: Object.fromEntries(values),
        });
      } catch (cause) {
        if (!(cause instanceof Error) || cause.name !== 'ConditionalCheckFailedException') throw cause;
        const item = await read(sk);
        const before = names.map((name) => `${name} ${item?.[name]?.N}`).join(' and ');
        const now = names.map((name) => `${name} ${numbers[name]}`).join(' and ');
        throw new Error(
          `${sk} of job ${jobId} has ${before} on record and is now said to have ${now}: the number of parts of a job never changes`,
          { cause },
        );
      }
    },

    /** The whole and every shard, by one query with a page for each megabyte. */
    async readAll() {
      let whole = toWhole(undefined);
      const shards = new Map<number, Shard>();
      let from: Item | undefined;
      do {
        const page = await client.send(
          new QueryCommand({
            TableName: tableName,
            ConsistentRead: true,
            KeyConditionExpression: 'pk = :job AND sk BETWEEN :first AND :last',
            ExpressionAttributeValues: {
              ':job': { S: jobId },
              ':first': { S: shardKey('') },
              ':last': { S: 'whole' },
            },
            ExclusiveStartKey: from,
          }),
        );
        for (const item of page.Items ?? []) {
          const sk = item.sk?.S ?? '';
          if (sk === 'whole') whole = toWhole(item);
          else shards.set(Number(sk.slice(shardKey('').length)), toShard(item));
        }
        from = page.LastEvaluatedKey;
      } while (from);
      return { whole, shards };
    },
  };
}

export function shardKey(n: number | ''): string {
  return `shard#${n}`;
}

export function toWhole(item: Item | undefined): Whole {
  const number = (name: string) => (item?.[name] ? { [name]: Number(item[name].N) } : {});
  return {
    ...number('expectedParts'),
    ...number('expectedShards'),
    full: new Set(item?.full?.NS?.map(Number)),
    ...(item?.announcedAt?.S && { announcedAt: item.announcedAt.S }),
  };
}
