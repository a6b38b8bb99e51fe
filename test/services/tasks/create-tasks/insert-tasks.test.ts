import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { insertTasks, type NewTask } from '../../../../services/tasks/create-tasks/insert-tasks.ts';
import { type LocalAws, startLocalAws } from '../../../../tools/local/start-local-aws.ts';

let aws: LocalAws;
let client: DynamoDBClient;
let heal = () => {};

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
      TableName: 'tasks',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'list', AttributeType: 'S' },
        { AttributeName: 'id', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'list', KeyType: 'HASH' },
        { AttributeName: 'id', KeyType: 'RANGE' },
      ],
    }),
  );
});
afterEach(() => heal());
afterAll(async () => {
  client.destroy();
  await aws.close();
});

let waits = 0;
const task = (id: string, title = 'x'): NewTask => ({
  list: 'ada#00',
  id,
  taskFileId: 'file',
  line: 2,
  task: { title, isComplete: false },
});
const insert = (tasks: readonly NewTask[], { tableName = 'tasks', hasTime = (): boolean => true } = {}) => {
  waits = 0;
  const wait = async () => {
    waits += 1;
  };
  return insertTasks(tasks, { client, tableName, now: new Date(0), hasTime, wait });
};

it('writes tasks, 25 in a call, and finds them there the next time', async () => {
  const tasks = Array.from({ length: 60 }, (_, n) => task(`a${n}`));
  let calls = 0;
  const stop = aws.observations.on('requested', () => {
    calls += 1;
  });
  expect(await insert(tasks)).toEqual(tasks.map(() => ({ kind: 'written' })));
  stop();
  expect(calls).toBe(3);
  expect(await insert(tasks)).toEqual(tasks.map(() => ({ kind: 'taken' })));
});

it('refuses a task that DynamoDB can never take, and writes the others', async () => {
  expect(await insert([task('b0'), task('b1', 'x'.repeat(500_000)), task('b2')])).toEqual([
    { kind: 'written' },
    { kind: 'refused', reason: expect.stringContaining('ValidationError') },
    { kind: 'written' },
  ]);
});

it('tries throttled tasks again as long as some get through', async () => {
  heal = aws.faults.inject({ hop: 'fan-in', effect: 'throttle', subject: '"S":"c', times: 60 });
  const tasks = Array.from({ length: 25 }, (_, n) => task(`c${n}`));
  expect(await insert(tasks)).toEqual(tasks.map(() => ({ kind: 'written' })));
  expect(waits).toBeGreaterThan(0);
});

it('gives up a task that never gets through, after three rounds without progress', async () => {
  heal = aws.faults.inject({ hop: 'fan-in', effect: 'throttle', subject: '"S":"d1"' });
  expect(await insert([task('d0'), task('d1')])).toEqual([
    { kind: 'written' },
    { kind: 'open', reason: expect.stringContaining('Throttling') },
  ]);
  expect(waits).toBe(3);
});

it('gives up when time is short', async () => {
  heal = aws.faults.inject({ hop: 'fan-in', effect: 'throttle', subject: '"S":"e' });
  expect(await insert([task('e0')], { hasTime: () => false })).toMatchObject([{ kind: 'open' }]);
  expect(waits).toBe(0);
});

it('leaves tasks open whose call failed', async () => {
  expect(await insert([task('f0')], { tableName: 'no-such-table' })).toMatchObject([
    { kind: 'open', reason: expect.stringContaining('ResourceNotFound') },
  ]);
});
