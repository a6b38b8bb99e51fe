import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';

export interface Reject {
  readonly line: number;
  /** For the file's owner. */
  readonly reason: string;
}

export type Rejects = ReturnType<typeof createRejects>;

/**
 * The rejected rows of a file, one item for each piece that has some: `sk` = `rejects#<piece>`. After a crash a row may stand
 * in the item of a part and of its child: rows are told apart by `line`. Their exact number is the fan-in's.
 */
export function createRejects({
  client,
  tableName,
}: {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}) {
  return {
    /** Writes the rejects of a piece: the same ones at every repeat. */
    async write(taskFileId: string, piece: string, rejects: readonly Reject[]): Promise<void> {
      const rows = rejects.map(({ line, reason }) => ({
        M: { line: { N: `${line}` }, reason: { S: reason } },
      }));
      await client.send(
        new PutItemCommand({
          TableName: tableName,
          Item: { pk: { S: taskFileId }, sk: { S: `rejects#${piece}` }, rows: { L: rows } },
        }),
      );
    },
  };
}
