import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { EventOf } from '../../runtime/event.ts';
import { done, type Outcome, park } from '../../runtime/outcome.ts';
import { heardKey } from '../heard.ts';
import { toItem } from '../item.ts';

/**
 * Handles what is said of a picture: keeps of each type of event the one that ranks highest, so that the record is the same in whatever
 * order they come and however often.
 */
export function createNoter({
  client,
  tableName,
}: {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}) {
  return async function noteAnswer(event: EventOf<'OwnEvent'>): Promise<Outcome> {
    const type = event['detail-type'];
    const { metadata, data } = event.detail;
    const { image, ...said } = data as Said;
    const { imageId } = image;
    if (typeof imageId !== 'string' || !UUID.test(imageId)) {
      return park(`data.image.imageId is ${JSON.stringify(imageId)}, and must be the UUID of a picture`);
    }
    const { producer } = metadata;
    const occurredAt = new Date(metadata.occurredAt).toISOString();
    const rank = rankOf(said, occurredAt);
    try {
      await client.send(
        new PutItemCommand({
          TableName: tableName,
          Item: {
            ...toItem({ ...heardKey(imageId, type), type, producer, occurredAt, rank }),
            said: { S: JSON.stringify(said) },
          },
          ConditionExpression: 'attribute_not_exists(#rank) OR #rank < :rank',
          ExpressionAttributeNames: { '#rank': 'rank' },
          ExpressionAttributeValues: { ':rank': { S: rank } },
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
    return done();
  };
}

interface Said {
  readonly image: { readonly imageId: unknown };
  readonly refusal?: unknown;
  readonly answered?: unknown;
}

/**
 * A refusal ranks lowest: when an upload is heard again after the picture has expired, who had answered finds it gone. Then what rests
 * on more answers, as verdicts do, then what is newer.
 */
function rankOf({ refusal, answered }: Omit<Said, 'image'>, occurredAt: string): string {
  const count = typeof answered === 'number' ? answered : 0;
  return [refusal === undefined ? 1 : 0, `${count}`.padStart(3, '0'), occurredAt].join('#');
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
