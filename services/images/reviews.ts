import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { type Clock, systemClock } from '../runtime/clock.ts';
import { uuidv7 } from '../runtime/uuidv7.ts';
import { type Image, nameOf } from './image.ts';
import { fromItem, toItem } from './item.ts';
import type { Opinion } from './verdict.ts';

export type Reviews = ReturnType<typeof createReviews>;

/**
 * The reviews and the answers they rest on: `pk` = imageId, `sk` = `review` or `answer#<consumer>`. Repeats change nothing. A review has
 * the keys of the index `imagesByUser`.
 */
export function createReviews({
  client,
  tableName,
  clock = systemClock,
}: {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** @default the system's */
  readonly clock?: Clock;
}) {
  const key = (imageId: string, sk: string) => ({ pk: { S: imageId }, sk: { S: sk } });
  const now = () => new Date(clock.now()).toISOString();

  return {
    /**
     * Notes a picture and whom its verdict waits for, unless it is known. Answers whom it waits for: who is at place n has
     * part n of the fan-in.
     */
    async begin(image: Image, awaited: readonly string[]): Promise<readonly string[]> {
      const startedAt = now();
      const { userId } = image;
      const listed = `${nameOf(image).uploadId ?? uuidv7(Date.parse(startedAt))}#${startedAt}`;
      const attributes = toItem({ image, awaited, startedAt, userId, listed });
      const names = Object.keys(attributes);
      const { Attributes } = await client.send(
        new UpdateItemCommand({
          TableName: tableName,
          Key: key(image.imageId, 'review'),
          UpdateExpression: `SET ${names.map((name) => `#${name} = if_not_exists(#${name}, :${name})`).join(', ')}`,
          ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
          ExpressionAttributeValues: Object.fromEntries(
            Object.entries(attributes).map(([name, value]) => [`:${name}`, value]),
          ),
          ReturnValues: 'ALL_NEW',
        }),
      );
      return fromItem(Attributes ?? {}).awaited as readonly string[];
    },

    /** Writes what an answer means. The first answer of a consumer stands. */
    async addOpinion(imageId: string, opinion: Opinion): Promise<void> {
      try {
        await client.send(
          new PutItemCommand({
            TableName: tableName,
            Item: {
              ...key(imageId, `${ANSWER}${opinion.consumer}`),
              ...toItem({ ...opinion, answeredAt: now() }),
            },
            ConditionExpression: 'attribute_not_exists(pk)',
          }),
        );
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    },

    /** What the answers that are in mean. */
    async opinions(imageId: string): Promise<Opinion[]> {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: tableName,
          ConsistentRead: true,
          KeyConditionExpression: 'pk = :image AND begins_with(sk, :answer)',
          ExpressionAttributeValues: { ':image': { S: imageId }, ':answer': { S: ANSWER } },
        }),
      );
      return Items.map((item) => fromItem(item) as unknown as Opinion);
    },
  };
}

const ANSWER = 'answer#';
