import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Item } from './item.ts';
import type { Labels } from './label-item/labels.ts';

export type Items = ReturnType<typeof createItems>;

/** The items and their labels: `pk` = itemId, `sk` = `item` or `labels`. Repeats change nothing. */
export function createItems({
  client,
  tableName,
}: {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}) {
  const keysOf = ({ itemId, owner, id }: Item, sk: string): Record<string, AttributeValue> => ({
    pk: { S: itemId },
    sk: { S: sk },
    owner: { S: owner },
    id: { S: id },
  });

  return {
    /**
     * Puts an item, unless it is there: answers whether it was not. Throws `UnstorableItemError` for one that DynamoDB can never
     * take, as it takes 400 KB.
     */
    async insert(item: Item): Promise<boolean> {
      const { content, receivedAt } = item;
      try {
        await client.send(
          new PutItemCommand({
            TableName: tableName,
            Item: {
              ...keysOf(item, 'item'),
              receivedAt: { S: receivedAt },
              // As text: DynamoDB has no numbers beyond 1e125, nor objects more than 32 deep.
              ...(content === undefined ? {} : { content: { S: JSON.stringify(content) } }),
            },
            ConditionExpression: 'attribute_not_exists(pk)',
          }),
        );
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        if (error instanceof Error && error.name === 'ValidationException') {
          throw new UnstorableItemError(item, { cause: error });
        }
        throw error;
      }
    },

    /** Puts an item's labels, which follow from the item alone. */
    async label(item: Item, { kind, size, keywords }: Labels): Promise<void> {
      await client.send(
        new PutItemCommand({
          TableName: tableName,
          Item: {
            ...keysOf(item, 'labels'),
            kind: { S: kind },
            size: { S: size },
            keywords: { L: keywords.map((word) => ({ S: word })) },
          },
        }),
      );
    },
  };
}

/** An item that DynamoDB refuses as it is. */
export class UnstorableItemError extends Error {
  constructor({ id }: Item, options: { readonly cause: Error }) {
    super(`the item "${id}" cannot be stored: ${options.cause.message}`, options);
    this.name = 'UnstorableItemError';
  }
}
