import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Clock } from '../../runtime/clock.ts';
import { type InsertOptions, type InsertOutcome, insertItems } from '../../runtime/insert-items.ts';

/** Who records an event: the file, by its key in the bucket, that holds it or is going to. */
export interface Claim {
  readonly eventId: string;
  readonly file: string;
}

export interface StandingClaim extends Claim {
  /** Milliseconds since 1970. */
  readonly claimedAt: number;
}

export interface Claims {
  /** Makes each claim unless the event has one. Answers in the order given. */
  make(claims: readonly Claim[], hasTime: () => boolean): Promise<readonly InsertOutcome[]>;
  /** The claims that stand, by event; one that could not be read is absent. */
  read(eventIds: readonly string[]): Promise<ReadonlyMap<string, StandingClaim>>;
  /** Replaces the claim of the file `from`. False when another has done so. */
  takeOver(claim: Claim, from: string): Promise<boolean>;
}

/** The claims in a DynamoDB table of key `eventId`. DynamoDB deletes one some time after `keepDays`. */
export function createClaims({
  client,
  tableName,
  keepDays,
  clock,
  wait,
}: Pick<InsertOptions, 'client' | 'tableName' | 'wait'> & {
  readonly keepDays: number;
  readonly clock: Clock;
}): Claims {
  const times = () => {
    const now = clock.now();
    return {
      claimedAt: { N: String(now) },
      expiresAt: { N: String(Math.ceil(now / 1_000) + keepDays * 86_400) },
    };
  };
  return {
    make(claims, hasTime) {
      const now = times();
      const items = claims.map(({ eventId, file }) => ({
        eventId: { S: eventId },
        file: { S: file },
        ...now,
      }));
      return insertItems(items, { client, tableName, hasTime, wait });
    },

    async read(eventIds) {
      const pages = Array.from({ length: Math.ceil(eventIds.length / KEYS_PER_CALL) }, (_, n) =>
        readTogether(eventIds.slice(n * KEYS_PER_CALL, (n + 1) * KEYS_PER_CALL), { client, tableName }),
      );
      return new Map((await Promise.all(pages)).flat().map((claim) => [claim.eventId, claim]));
    },

    async takeOver({ eventId, file }, from) {
      const { claimedAt, expiresAt } = times();
      try {
        await client.send(
          new UpdateItemCommand({
            TableName: tableName,
            Key: { eventId: { S: eventId } },
            UpdateExpression: 'SET #file = :file, claimedAt = :claimedAt, expiresAt = :expiresAt',
            ConditionExpression: '#file = :from',
            // A word that DynamoDB reserves.
            ExpressionAttributeNames: { '#file': 'file' },
            ExpressionAttributeValues: {
              ':file': { S: file },
              ':from': { S: from },
              ':claimedAt': claimedAt,
              ':expiresAt': expiresAt,
            },
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        );
        return true;
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        // The SDK asks again when an answer is lost: then it is ours already.
        return error.Item?.file?.S === file;
      }
    },
  };
}

const KEYS_PER_CALL = 100;

async function readTogether(
  eventIds: readonly string[],
  { client, tableName }: { readonly client: DynamoDBClient; readonly tableName: string },
): Promise<readonly StandingClaim[]> {
  const Keys = eventIds.map((eventId) => ({ eventId: { S: eventId } }));
  const { Responses } = await client.send(
    new BatchGetItemCommand({ RequestItems: { [tableName]: { Keys, ConsistentRead: true } } }),
  );
  return (Responses?.[tableName] ?? []).map(({ eventId, file, claimedAt }) => ({
    eventId: eventId?.S ?? '',
    file: file?.S ?? '',
    claimedAt: Number(claimedAt?.N),
  }));
}
