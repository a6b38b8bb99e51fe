import { hash } from 'node:crypto';
import {
  IdempotencyAlreadyInProgressError,
  IdempotencyConfig,
  IdempotencyValidationError,
  makeIdempotent,
} from '@aws-lambda-powertools/idempotency';
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Context } from 'aws-lambda';
import { nameUuid } from '../name-uuid.ts';
import type { OperationResponse } from './contract.ts';
import { Refusal } from './refusal.ts';

export interface KeyedRequest {
  /** Whose keys they are: one of another operation, or of another caller, is another key. */
  readonly operation: string;
  readonly sub: string;
  readonly key: string;
  /** What must be the same at every repeat. */
  readonly request: { readonly path: unknown; readonly query: unknown; readonly body: unknown };
  readonly context: Context;
}

export type Idempotency = ReturnType<typeof createIdempotency>;

/**
 * Answers a repeated request as it was answered before: for a day, from a table. A request that was refused, or failed, was not
 * done, and may be repeated under its key.
 */
export function createIdempotency({
  client,
  tableName,
}: {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}) {
  const persistenceStore = new DynamoDBPersistenceLayer({ tableName, awsSdkV3Client: client });
  const config = new IdempotencyConfig({
    eventKeyJmesPath: 'key',
    payloadValidationJmesPath: 'fingerprint',
    throwOnNoIdempotencyKey: true,
    expiresAfterSeconds: DAY_SECONDS,
    hashFunction: 'sha256',
  });

  return {
    /** Operates once. `onceId`: the same at every repeat. Throws `Refusal` when the key is of another request, or of one that still runs. */
    async once(
      operate: (onceId: string) => Promise<OperationResponse>,
      { operation, sub, key, request, context }: KeyedRequest,
    ): Promise<OperationResponse> {
      const fingerprint = fingerprintOf(request);
      const onceId = nameUuid(`fanbus.api/${JSON.stringify([operation, sub, key, fingerprint])}`);
      config.registerLambdaContext(context);
      const onceOnly = makeIdempotent(
        async (_: object) => {
          const response = await operate(onceId);
          if (response.status >= 400) throw new Refused(response);
          // As text: an attribute that is undefined, or nested too deep, would be refused when all is done.
          return JSON.stringify(response);
        },
        { persistenceStore, config, keyPrefix: operation },
      );
      try {
        return JSON.parse(await onceOnly({ key: `${sub} ${key}`, fingerprint }));
      } catch (error) {
        if (error instanceof Refused) return error.response;
        throw refusalOf(error);
      }
    },
  };
}

const DAY_SECONDS = 86_400;

/** Throwing it is what lets the key go. */
class Refused extends Error {
  readonly response: OperationResponse;
  constructor(response: OperationResponse) {
    super('the operation refused the request');
    this.response = response;
  }
}

function fingerprintOf({ path, query, body }: KeyedRequest['request']): string {
  const content = Buffer.isBuffer(body) ? hash('sha256', body) : body;
  return hash('sha256', JSON.stringify([path, query, content]));
}

function refusalOf(error: unknown): unknown {
  if (error instanceof IdempotencyValidationError) {
    return new Refusal(422, {
      type: 'idempotency-key-reused',
      detail: 'this Idempotency-Key was used for another request: take a new one',
    });
  }
  if (error instanceof IdempotencyAlreadyInProgressError) {
    return new Refusal(
      409,
      {
        type: 'still-running',
        detail: 'a request with this Idempotency-Key is still being answered: try again in a moment',
      },
      { 'retry-after': '1' },
    );
  }
  return error;
}
