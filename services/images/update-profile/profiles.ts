import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { type Item, toItem } from '../item.ts';

/** `upload`: the newest upload and how it stands. `picture`: the newest approved one, which is shown. */
export type Slot = (typeof slots)[number];

const slots = ['upload', 'picture'] as const;

/** Something that was heard, and its place among all that is. */
export interface Place {
  readonly userId: string;
  readonly slot: Slot;
  readonly rank: string;
}

export type Profiles = ReturnType<typeof createProfiles>;

/**
 * What users' records say of pictures: `pk` = userId, `sk` = `profile`. Each slot keeps what ranks highest, so the record is
 * the same in whatever order things come and however often.
 */
export function createProfiles({
  client,
  tableName,
}: {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}) {
  const key = (userId: string) => ({ pk: { S: userId }, sk: { S: 'profile' } });

  /** Changes a slot, unless the condition on `#slot`, its `#rank` and `:rank` does not hold. */
  async function update(
    { userId, slot, rank }: Place,
    { change, condition, values = {} }: { change: string; condition: string; values?: Item },
  ): Promise<void> {
    try {
      await client.send(
        new UpdateItemCommand({
          TableName: tableName,
          Key: key(userId),
          UpdateExpression: change,
          ConditionExpression: condition,
          ExpressionAttributeNames: { '#slot': slot, '#rank': 'rank' },
          ExpressionAttributeValues: { ':rank': { S: rank }, ...values },
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }

  return {
    /** Puts this into the slot, unless what is there ranks as high or higher. It is unsaid then. */
    async put(place: Place, content: object): Promise<void> {
      await update(place, {
        change: 'SET #slot = :content',
        condition: 'attribute_not_exists(#slot) OR #slot.#rank < :rank',
        values: { ':content': { M: toItem({ ...content, rank: place.rank, isUnsaid: true }) } },
      });
    },

    /** The slots that hold what has this rank, and it was not said yet. */
    async unsaid(userId: string, rank: string): Promise<Slot[]> {
      const { Item = {} } = await client.send(
        new GetItemCommand({ TableName: tableName, Key: key(userId), ConsistentRead: true }),
      );
      return slots.filter((slot) => Item[slot]?.M?.rank?.S === rank && Item[slot].M.isUnsaid?.BOOL);
    },

    /** Notes that what is in the slot was said, unless it is another thing by now. */
    async markSaid(place: Place): Promise<void> {
      await update(place, { change: 'REMOVE #slot.isUnsaid', condition: '#slot.#rank = :rank' });
    },
  };
}
