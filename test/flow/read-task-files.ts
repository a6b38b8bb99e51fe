import { type DynamoDBClient, GetItemCommand, QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { TaskFileStatus } from '../../services/tasks/task-file.ts';

/** A task file as it stands in the table. */
export interface TaskFileState {
  readonly taskFileId: string;
  readonly status: TaskFileStatus;
  readonly reason?: string;
  /** Rows read so far; all of them once `isRead`. */
  readonly rowsRead?: number;
  readonly isRead: boolean;
  readonly total?: number;
  readonly created?: number;
  readonly rejected?: number;
  readonly failed?: number;
}

export interface RejectedRow {
  readonly line: number;
  readonly reason: string;
}

/** Reads task files, and their rejected rows, as any program with the AWS SDK can. */
export function createTaskFileReader({ client, tableName }: { client: DynamoDBClient; tableName: string }) {
  return {
    /** The id of the file that was uploaded under this key; undefined until its reader has begun. */
    async find(key: string): Promise<string | undefined> {
      const { Items = [] } = await client.send(
        new ScanCommand({
          TableName: tableName,
          ConsistentRead: true,
          FilterExpression: 'sk = :file AND #key = :key',
          ExpressionAttributeNames: { '#key': 'key' },
          ExpressionAttributeValues: { ':file': { S: 'file' }, ':key': { S: key } },
        }),
      );
      return Items[0]?.pk?.S;
    },

    async read(taskFileId: string): Promise<TaskFileState> {
      const { Item = {} } = await client.send(
        new GetItemCommand({
          TableName: tableName,
          ConsistentRead: true,
          Key: { pk: { S: taskFileId }, sk: { S: 'file' } },
        }),
      );
      const number = (name: string) => (Item[name]?.N === undefined ? undefined : Number(Item[name].N));
      return {
        taskFileId,
        status: Item.status?.S as TaskFileStatus,
        ...(Item.reason?.S !== undefined && { reason: Item.reason.S }),
        rowsRead: number('rowsRead'),
        isRead: Item.readAt !== undefined,
        total: number('total'),
        created: number('created'),
        rejected: number('rejected'),
        failed: number('failed'),
      };
    },

    /** The first rejected rows, in file order. */
    async rejects(taskFileId: string, limit: number): Promise<RejectedRow[]> {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: 'pk = :file AND begins_with(sk, :rejects)',
          ExpressionAttributeValues: { ':file': { S: taskFileId }, ':rejects': { S: 'rejects#' } },
        }),
      );
      return Items.flatMap(({ rows }) => rows?.L ?? [])
        .map(({ M: row }) => ({ line: Number(row?.line?.N), reason: row?.reason?.S ?? '' }))
        .sort((a, b) => a.line - b.line)
        .slice(0, limit);
    },
  };
}
