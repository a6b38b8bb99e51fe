import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { type Clock, systemClock } from '../runtime/clock.ts';
import type { TaskFile, TaskFileStatus } from './task-file.ts';

export interface Counts {
  readonly total: number;
  readonly created: number;
  readonly rejected: number;
  readonly failed: number;
}

export type TaskFiles = ReturnType<typeof createTaskFiles>;

/** The TaskFile items: `pk` = id, `sk` = `file`. Every change of status is conditional, so repeats change nothing. */
export function createTaskFiles({
  client,
  tableName,
  clock = systemClock,
}: {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** @default the system's */
  readonly clock?: Clock;
}) {
  const key = (taskFileId: string) => ({ pk: { S: taskFileId }, sk: { S: 'file' } });
  const now = () => ({ S: new Date(clock.now()).toISOString() });

  /** Sets attributes where the condition holds, and answers the item; undefined where it does not. */
  async function update(
    taskFileId: string,
    { set, condition, values = {} }: { set: Item; condition: string; values?: Item },
  ): Promise<Item | undefined> {
    const names = Object.keys(set);
    try {
      const { Attributes } = await client.send(
        new UpdateItemCommand({
          TableName: tableName,
          Key: key(taskFileId),
          UpdateExpression: `SET ${names.map((name) => clause(name)).join(', ')}`,
          ConditionExpression: condition,
          ExpressionAttributeNames: Object.fromEntries(
            [...names, 'status'].map((name) => [`#${name}`, name]),
          ),
          ExpressionAttributeValues: {
            ...Object.fromEntries(Object.entries(set).map(([name, value]) => [`:${name}`, value])),
            ...values,
          },
          ReturnValues: 'ALL_NEW',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return Attributes;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      if (!error.Item) throw new Error(unknown(taskFileId), { cause: error });
      return undefined;
    }
  }

  return {
    /** Notes a NEW file, unless it is known. How many rows a part has is fixed now: all readings must agree on it. */
    async create(file: TaskFile, { rowsPerPart }: { readonly rowsPerPart?: number }): Promise<void> {
      const { taskFileId, ...attributes } = file;
      const strings = Object.entries(attributes).map(([name, value]) => [name, { S: value }]);
      try {
        await client.send(
          new PutItemCommand({
            TableName: tableName,
            Item: {
              ...key(taskFileId),
              ...Object.fromEntries(strings),
              ...(rowsPerPart && { rowsPerPart: { N: `${rowsPerPart}` } }),
              ...status('NEW'),
              createdAt: now(),
            },
            ConditionExpression: 'attribute_not_exists(pk)',
          }),
        );
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    },

    /** Sets a file IN_PROGRESS. Undefined when there is nothing to read any more: it is read, COMPLETED or FAILED. */
    async start(taskFileId: string): Promise<{ readonly rowsPerPart?: number } | undefined> {
      const item = await update(taskFileId, {
        set: { ...status('IN_PROGRESS'), startedAt: now() },
        condition: '#status IN (:new, :status) AND attribute_not_exists(readAt)',
        values: { ':new': { S: 'NEW' } },
      });
      return item && { ...(item.rowsPerPart && { rowsPerPart: Number(item.rowsPerPart.N) }) };
    },

    /** Notes that the file is read to its end, and how many rows it has. */
    async markRead(taskFileId: string, { rows }: { readonly rows: number }): Promise<void> {
      await update(taskFileId, {
        set: { readAt: now(), rowsRead: { N: `${rows}` } },
        condition: 'attribute_exists(#status)',
      });
    },

    /** Sets a file FAILED, unless it is at its end. */
    async fail(taskFileId: string, reason: string): Promise<void> {
      await update(taskFileId, {
        set: { ...status('FAILED'), reason: { S: reason }, failedAt: now() },
        condition: '#status IN (:new, :inProgress)',
        values: { ':new': { S: 'NEW' }, ':inProgress': { S: 'IN_PROGRESS' } },
      });
    },

    /**
     * Sets a file COMPLETED with its counts; again, when rows that failed have succeeded since. Of two that come at the
     * same time the one with fewer failed rows is newer and stays. Throws for a file that is unknown.
     */
    async complete(taskFileId: string, counts: Counts): Promise<void> {
      const numbers = Object.entries(counts).map(([name, n]) => [name, { N: `${n}` }]);
      await update(taskFileId, {
        set: { ...status('COMPLETED'), ...Object.fromEntries(numbers), completedAt: now() },
        condition:
          'attribute_exists(#status) AND #status <> :end AND (attribute_not_exists(#failed) OR #failed >= :failed)',
        values: { ':end': { S: 'FAILED' } },
      });
    },

    get: read,
  };

  /** Whose file it is and how it stands. Throws when it is unknown. */
  async function read(taskFileId: string): Promise<{ owner: string; name: string; status: TaskFileStatus }> {
    const { Item } = await client.send(
      new GetItemCommand({ TableName: tableName, Key: key(taskFileId), ConsistentRead: true }),
    );
    if (!Item)
      throw new Error(`there is no task file ${taskFileId}: its events must be older than the table`);
    return {
      owner: Item.owner?.S ?? '',
      name: Item.name?.S ?? '',
      status: Item.status?.S as TaskFileStatus,
    };
  }
}

type Item = Record<string, AttributeValue>;

/** What is only set the first time. */
const FIRST_TIMES = new Set(['startedAt', 'completedAt']);

function clause(name: string): string {
  return FIRST_TIMES.has(name) ? `#${name} = if_not_exists(#${name}, :${name})` : `#${name} = :${name}`;
}

function status(value: TaskFileStatus): Item {
  return { status: { S: value } };
}

function unknown(taskFileId: string): string {
  return `there is no task file ${taskFileId}: the event is of another table, or the file was deleted from this one`;
}
