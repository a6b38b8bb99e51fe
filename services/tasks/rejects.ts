import { type DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';

export interface Reject {
  readonly line: number;
  /** For the file's owner. */
  readonly reason: string;
}

export interface RejectsPage {
  /** By line. */
  readonly rejects: readonly Reject[];
  /** The piece to go on after; undefined at the end. */
  readonly next?: string;
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
          Item: { pk: { S: taskFileId }, sk: { S: `${PREFIX}${piece}` }, rows: { L: rows } },
        }),
      );
    },

    /**
     * Some of a file's rejects, each line once: up to a megabyte of them. Pages hold whole parts, in the order of their
     * numbers as text.
     */
    async page(taskFileId: string, { after }: { readonly after?: string } = {}): Promise<RejectsPage> {
      const { Items = [], LastEvaluatedKey } = await client.send(
        new QueryCommand({
          TableName: tableName,
          ConsistentRead: true,
          KeyConditionExpression: 'pk = :file AND begins_with(sk, :rejects)',
          ExpressionAttributeValues: { ':file': { S: taskFileId }, ':rejects': { S: PREFIX } },
          ...(after !== undefined && {
            ExclusiveStartKey: { pk: { S: taskFileId }, sk: { S: `${PREFIX}${after}` } },
          }),
        }),
      );
      const pieces = Items.map(({ sk, rows }) => ({
        id: sk?.S?.slice(PREFIX.length) ?? '',
        rows: rows?.L ?? [],
      }));
      const kept = LastEvaluatedKey ? withoutLastPart(pieces) : pieces;
      const byLine = new Map(
        kept.flatMap(({ rows }) => rows).map(({ M }) => [Number(M?.line?.N), M?.reason?.S ?? '']),
      );
      return {
        rejects: [...byLine].sort(([a], [b]) => a - b).map(([line, reason]) => ({ line, reason })),
        ...(LastEvaluatedKey && { next: kept.at(-1)?.id }),
      };
    },
  };
}

const PREFIX = 'rejects#';

/** Pieces of the last part may go on beyond the page, and hold a line of it again: they belong to the next one, unless they are all there is. */
function withoutLastPart<Piece extends { readonly id: string }>(pieces: readonly Piece[]): readonly Piece[] {
  const partOf = ({ id }: Piece) => id.split('.', 1)[0];
  const last = pieces.at(-1);
  const before = pieces.filter((piece) => last && partOf(piece) !== partOf(last));
  return before.length > 0 ? before : pieces;
}
