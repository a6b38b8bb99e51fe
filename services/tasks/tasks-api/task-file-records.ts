import {
  type AttributeValue,
  type DynamoDBClient,
  GetItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { filesByOwner } from '../files-by-owner.ts';
import type { TaskFileStatus } from '../task-file.ts';
import type { Counts } from '../task-files.ts';

/** A task file as it stands in the table. Times are ISO 8601. */
export interface TaskFileRecord {
  readonly id: string;
  readonly owner: string;
  readonly uploadId?: string;
  readonly name: string;
  readonly status: TaskFileStatus;
  readonly reason?: string;
  /** Once it is read to its end. */
  readonly rowsRead?: number;
  /** Once it is COMPLETED. */
  readonly counts?: Counts;
  readonly createdAt: string;
  readonly startedAt?: string;
  readonly completedAt?: string;
  readonly failedAt?: string;
}

/** The file that a page ends with. */
export type FilePlace = Pick<TaskFileRecord, 'id' | 'createdAt'>;

export interface FilesPageOptions {
  readonly owner: string;
  /** @default all of the owner's */
  readonly uploadId?: string;
  readonly limit: number;
  /** @default at the newest */
  readonly from?: FilePlace;
}

export type TaskFileRecords = ReturnType<typeof createTaskFileRecords>;

/** Reads the TaskFile items. */
export function createTaskFileRecords({
  client,
  tableName,
}: {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}) {
  return {
    /** A file as it is now; undefined when there is none. */
    async find(id: string): Promise<TaskFileRecord | undefined> {
      const { Item } = await client.send(
        new GetItemCommand({ TableName: tableName, Key: keyOf(id), ConsistentRead: true }),
      );
      return Item && toRecord(Item);
    },

    /**
     * Some of an owner's files, the newest first, and where to go on: undefined at the end. As they were a moment ago. One page
     * looks at so many files at most: an upload may have few of them, or none.
     */
    async page({ owner, uploadId, limit, from }: FilesPageOptions): Promise<{
      readonly files: readonly TaskFileRecord[];
      readonly next?: FilePlace;
    }> {
      const { Items = [], LastEvaluatedKey } = await client.send(
        new QueryCommand({
          TableName: tableName,
          IndexName: filesByOwner.name,
          ScanIndexForward: false,
          KeyConditionExpression: '#owner = :owner',
          ExpressionAttributeNames: {
            '#owner': filesByOwner.partitionKey,
            ...(uploadId !== undefined && { '#uploadId': 'uploadId' }),
          },
          ExpressionAttributeValues: {
            ':owner': { S: owner },
            ...(uploadId !== undefined && { ':uploadId': { S: uploadId } }),
          },
          ...(uploadId !== undefined && { FilterExpression: '#uploadId = :uploadId' }),
          Limit: uploadId === undefined ? limit : LOOKED_AT_MOST,
          ...(from && {
            ExclusiveStartKey: {
              ...keyOf(from.id),
              [filesByOwner.partitionKey]: { S: owner },
              [filesByOwner.sortKey]: { S: from.createdAt },
            },
          }),
        }),
      );
      const files = Items.slice(0, limit).map(toRecord);
      const next =
        files.length < Items.length ? files.at(-1) : LastEvaluatedKey && toRecord(LastEvaluatedKey);
      return { files, ...(next && { next }) };
    },
  };
}

const LOOKED_AT_MOST = 1_000;

type Item = Record<string, AttributeValue>;

function keyOf(id: string): Item {
  return { pk: { S: id }, sk: { S: 'file' } };
}

function toRecord(item: Item): TaskFileRecord {
  const text = (name: string) => item[name]?.S ?? '';
  const number = (name: string) => Number(item[name]?.N ?? 0);
  const given = (name: string) => item[name]?.S !== undefined && { [name]: item[name].S };
  return {
    id: text('pk'),
    owner: text('owner'),
    ...given('uploadId'),
    name: text('name'),
    status: text('status') as TaskFileStatus,
    ...given('reason'),
    ...(item.rowsRead && { rowsRead: number('rowsRead') }),
    ...(item.total && {
      counts: {
        total: number('total'),
        created: number('created'),
        rejected: number('rejected'),
        failed: number('failed'),
      },
    }),
    createdAt: text('createdAt'),
    ...given('startedAt'),
    ...given('completedAt'),
    ...given('failedAt'),
  };
}
