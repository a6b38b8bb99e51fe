import {
  BatchGetItemCommand,
  type DynamoDBClient,
  paginateQuery,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { HEARD, type Heard, heardKey, readHeard } from '../heard.ts';
import type { Image } from '../image.ts';
import { imagesByUser } from '../images-by-user.ts';
import { fromItem, type Item, toItem } from '../item.ts';

/** A review as it began, and what was heard since. */
export interface Review {
  readonly image: Image;
  /** ISO 8601 in UTC. */
  readonly startedAt: string;
  /** The consumers that the verdict waits for. */
  readonly awaited: readonly string[];
  readonly heard: readonly Heard[];
}

/** A place in the list of a user's reviews. */
export interface ListPlace {
  readonly listed: string;
  readonly imageId: string;
}

export interface ReviewPage {
  /** Of what was heard they have the verdict. */
  readonly reviews: readonly Review[];
  /** Where to go on; absent on the last page. */
  readonly next?: ListPlace;
}

export type ReviewReader = ReturnType<typeof createReviewReader>;

/** Reads reviews as `createReviews` and note-answers write them. */
export function createReviewReader({
  client,
  tableName,
}: {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}) {
  return {
    async read(imageId: string): Promise<Review | undefined> {
      const pages = paginateQuery(
        { client },
        {
          TableName: tableName,
          ConsistentRead: true,
          // Between them in the order of keys stands nothing else.
          KeyConditionExpression: 'pk = :image AND sk BETWEEN :heard AND :review',
          ExpressionAttributeValues: toItem({ ':image': imageId, ':heard': HEARD, ':review': 'review' }),
        },
      );
      const items: Item[] = [];
      for await (const { Items = [] } of pages) items.push(...Items);
      const review = items.find(({ sk }) => sk?.S === 'review');
      return review && toReview(review, items.filter((item) => item !== review).map(readHeard));
    },

    /** A page of a user's reviews, those whose upload began last first; of one upload only, if one is given. */
    async list({
      userId,
      uploadId,
      limit,
      after,
    }: {
      readonly userId: string;
      readonly uploadId?: string;
      readonly limit: number;
      readonly after?: ListPlace;
    }): Promise<ReviewPage> {
      const { Items = [], LastEvaluatedKey } = await client.send(
        new QueryCommand({
          TableName: tableName,
          IndexName: imagesByUser.name,
          KeyConditionExpression: `userId = :user${uploadId === undefined ? '' : ' AND begins_with(listed, :upload)'}`,
          ExpressionAttributeValues: toItem({ ':user': userId, ':upload': uploadId }),
          ScanIndexForward: false,
          Limit: limit,
          ...(after
            ? {
                ExclusiveStartKey: toItem({
                  userId,
                  listed: after.listed,
                  pk: after.imageId,
                  sk: 'review',
                }),
              }
            : {}),
        }),
      );
      const verdicts = await readVerdicts(Items.map(({ pk }) => pk?.S ?? ''));
      const { listed, pk } = fromItem(LastEvaluatedKey ?? {}) as Readonly<Record<string, string>>;
      return {
        reviews: Items.map((item) => toReview(item, verdicts.get(item.pk?.S ?? '') ?? [])),
        ...(listed !== undefined && pk !== undefined ? { next: { listed, imageId: pk } } : {}),
      };
    },
  };

  async function readVerdicts(imageIds: readonly string[]): Promise<ReadonlyMap<string, Heard[]>> {
    const verdicts = new Map<string, Heard[]>();
    let keys: Item[] = imageIds.map((imageId) => toItem(heardKey(imageId, 'ImageReviewed.v1')));
    while (keys.length > 0) {
      const { Responses, UnprocessedKeys } = await client.send(
        new BatchGetItemCommand({ RequestItems: { [tableName]: { Keys: keys, ConsistentRead: true } } }),
      );
      for (const item of Responses?.[tableName] ?? []) verdicts.set(item.pk?.S ?? '', [readHeard(item)]);
      keys = UnprocessedKeys?.[tableName]?.Keys ?? [];
    }
    return verdicts;
  }
}

function toReview(item: Item, heard: readonly Heard[]): Review {
  const { image, startedAt, awaited } = fromItem(item) as unknown as Review;
  return { image, startedAt, awaited, heard };
}
