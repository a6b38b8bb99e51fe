import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { DataOf } from '../../runtime/event.ts';
import { fromItem, toItem } from '../item.ts';

type Change = DataOf<'ProfilePictureChanged.v1'>;

/** A user's record, as update-profile keeps it. */
export interface Profile {
  /** The newest upload, and how it stands. */
  readonly upload?: Pick<Change, 'image' | 'status' | 'reasons'>;
  /** The newest approved one. */
  readonly picture?: Pick<Change, 'image' | 'thumbnails'>;
}

export type ProfileReader = ReturnType<typeof createProfileReader>;

/** Reads users' records. */
export function createProfileReader({
  client,
  tableName,
}: {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}) {
  return {
    async read(userId: string): Promise<Profile | undefined> {
      const { Item } = await client.send(
        new GetItemCommand({
          TableName: tableName,
          Key: toItem({ pk: userId, sk: 'profile' }),
          ConsistentRead: true,
        }),
      );
      return Item && (fromItem(Item) as Profile);
    },
  };
}
