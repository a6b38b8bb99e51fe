import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OperationResponse } from '../../../../services/runtime/http/contract.ts';
import {
  createIdempotency,
  type Idempotency,
  type KeyedRequest,
} from '../../../../services/runtime/http/idempotency.ts';
import { type LocalAws, startLocalAws } from '../../../../tools/local/start-local-aws.ts';
import { context } from './http-event.ts';

let aws: LocalAws;
let client: DynamoDBClient;
let idempotency: Idempotency;

beforeAll(async () => {
  aws = await startLocalAws();
  client = new DynamoDBClient({
    endpoint: aws.endpoint,
    region: aws.region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  await client.send(
    new CreateTableCommand({
      TableName: 'idempotency',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    }),
  );
  idempotency = createIdempotency({ client, tableName: 'idempotency' });
});
afterAll(async () => {
  client.destroy();
  await aws.close();
});

let keys = 0;

/** A request under a key of its own, and how often what it asks for was done. */
function keyed(changes: Partial<KeyedRequest> = {}) {
  keys += 1;
  const request: KeyedRequest = {
    operation: 'tasks-api/createTask',
    sub: 'ada',
    key: `key-${keys}`,
    request: { path: {}, query: {}, body: { title: 'Sing' } },
    context,
    ...changes,
  };
  const done: string[] = [];
  const operate = async (onceId: string): Promise<OperationResponse> => {
    done.push(onceId);
    return { status: 201, headers: { location: `/tasks/${done.length}` }, body: { n: done.length } };
  };
  return { request, done, operate };
}

describe('a keyed request', () => {
  it('is done once, and answered the same again', async () => {
    const { request, done, operate } = keyed();
    const first = await idempotency.once(operate, request);
    expect(await idempotency.once(operate, request)).toEqual(first);
    expect(first).toEqual({ status: 201, headers: { location: '/tasks/1' }, body: { n: 1 } });
    expect(done).toHaveLength(1);
  });

  it('may be answered with what is not there, or lies deep', async () => {
    const { request } = keyed();
    const deep = JSON.parse(`${'{"a":'.repeat(40)}1${'}'.repeat(40)}`);
    const operate = async () => ({
      status: 200,
      headers: { link: undefined },
      body: { deep, next: undefined },
    });
    const first = await idempotency.once(operate, request);
    expect(first).toEqual({ status: 200, headers: {}, body: { deep } });
    expect(await idempotency.once(operate, request)).toEqual(first);
  });

  it('refuses its key to another request', async () => {
    const { request, done, operate } = keyed();
    await idempotency.once(operate, request);
    const other = { ...request, request: { ...request.request, body: { title: 'Dance' } } };
    await expect(idempotency.once(operate, other)).rejects.toMatchObject({
      status: 422,
      problem: { type: 'idempotency-key-reused' },
    });
    expect(done).toHaveLength(1);
  });

  it('tells files apart by their bytes', async () => {
    const body = (text: string) => ({ request: { path: {}, query: {}, body: Buffer.from(text) } });
    const { request, operate } = keyed(body('title\na\n'));
    await idempotency.once(operate, request);
    expect(await idempotency.once(operate, { ...request, ...body('title\na\n') })).toMatchObject({
      status: 201,
    });
    await expect(idempotency.once(operate, { ...request, ...body('title\nb\n') })).rejects.toMatchObject({
      status: 422,
    });
  });

  it('is refused while it still runs', async () => {
    const { request, operate } = keyed();
    const { promise, resolve } = Promise.withResolvers<void>();
    const started = Promise.withResolvers<void>();
    const first = idempotency.once(async (onceId) => {
      started.resolve();
      await promise;
      return operate(onceId);
    }, request);
    await started.promise;
    await expect(idempotency.once(operate, request)).rejects.toMatchObject({
      status: 409,
      headers: { 'retry-after': '1' },
      problem: { type: 'still-running' },
    });
    resolve();
    expect(await first).toMatchObject({ status: 201 });
  });

  it('is another request under the same key of another caller, or to another operation', async () => {
    const { request, done, operate } = keyed();
    await idempotency.once(operate, request);
    await idempotency.once(operate, { ...request, sub: 'bob' });
    await idempotency.once(operate, { ...request, operation: 'tasks-api/startTaskUpload' });
    expect(new Set(done).size).toBe(3);
  });

  it('may be repeated after it was refused, or failed, and makes the same then', async () => {
    const { request, done, operate } = keyed();
    const ids: string[] = [];
    const refused = await idempotency.once(async (onceId) => {
      ids.push(onceId);
      return { status: 409, problem: { detail: 'not now' } };
    }, request);
    expect(refused).toEqual({ status: 409, problem: { detail: 'not now' } });
    await expect(
      idempotency.once(async (onceId) => {
        ids.push(onceId);
        throw new Error('the table is on fire');
      }, request),
    ).rejects.toThrow('the table is on fire');
    expect(await idempotency.once(operate, request)).toMatchObject({ status: 201 });
    expect(new Set([...ids, ...done]).size).toBe(1);
  });
});
