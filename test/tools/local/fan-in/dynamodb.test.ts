import {
  BatchExecuteStatementCommand,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  ExecuteStatementCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ObservationOf } from '../../../../tools/local/observations.ts';
import { type LocalAws, startLocalAws } from '../../../../tools/local/start-local-aws.ts';
import { clientSettings } from '../client-settings.ts';

let aws: LocalAws;
let dynamo: DynamoDBClient;
let TableName: string;
let tableCount = 0;
let bills: ObservationOf<'billed'>[];

beforeAll(async () => {
  aws = await startLocalAws();
  aws.observations.on('billed', (bill) => bills.push(bill));
  dynamo = new DynamoDBClient(clientSettings(aws));
});

afterAll(async () => {
  dynamo.destroy();
  await aws.close();
});

beforeEach(async () => {
  tableCount += 1;
  TableName = `table-${tableCount}`;
  await dynamo.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
        { AttributeName: 'owner', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'by-owner',
          KeySchema: [{ AttributeName: 'owner', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    }),
  );
  bills = [];
});

const key = (sk: string) => ({ pk: { S: 'p' }, sk: { S: sk } });

const insertText = () => `INSERT INTO "${TableName}" VALUE {'pk': ?, 'sk': ?, 'title': ?}`;
const row = (sk: string, title = 'x') => ({
  Statement: insertText(),
  Parameters: [{ S: 'p' }, { S: sk }, { S: title }],
});

describe('a table', () => {
  it('is active as soon as it is made, and gone as soon as it is deleted', async () => {
    const { Table } = await dynamo.send(new DescribeTableCommand({ TableName }));
    expect(Table).toMatchObject({
      TableStatus: 'ACTIVE',
      TableArn: `arn:aws:dynamodb:us-east-1:000000000000:table/${TableName}`,
    });
    await dynamo.send(new DeleteTableCommand({ TableName }));
    await expect(dynamo.send(new DescribeTableCommand({ TableName }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('keeps its time to live setting', async () => {
    await dynamo.send(
      new UpdateTimeToLiveCommand({
        TableName,
        TimeToLiveSpecification: { Enabled: true, AttributeName: 'expires' },
      }),
    );
    const { TimeToLiveDescription } = await dynamo.send(new DescribeTimeToLiveCommand({ TableName }));
    expect(TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'expires' });
  });
});

describe('a conditional write', () => {
  const record = (part: string) =>
    new UpdateItemCommand({
      TableName,
      Key: key('shard#0'),
      UpdateExpression: 'ADD #done :set, created :n',
      ConditionExpression: 'NOT contains(#done, :part)',
      ExpressionAttributeNames: { '#done': 'done' },
      ExpressionAttributeValues: { ':set': { NS: [part] }, ':part': { N: part }, ':n': { N: '5' } },
      ReturnValues: 'ALL_NEW',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });

  it('counts a part once and gives the item back when it is counted already', async () => {
    await dynamo.send(record('1'));
    const { Attributes } = await dynamo.send(record('2'));
    expect(Attributes).toMatchObject({ done: { NS: ['1', '2'] }, created: { N: '10' } });
    await expect(dynamo.send(record('1'))).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
      message: 'The conditional request failed',
      Item: { done: { NS: ['1', '2'] }, created: { N: '10' } },
    });
  });

  it('gives no item back unless asked', async () => {
    const put = new PutItemCommand({
      TableName,
      Item: key('a'),
      ConditionExpression: 'attribute_not_exists(pk)',
    });
    await dynamo.send(put);
    const error = await dynamo.send(put).catch((thrown) => thrown);
    expect(error.name).toBe('ConditionalCheckFailedException');
    expect(error.Item).toBeUndefined();
  });

  it('lets one of two writers through', async () => {
    const put = () =>
      dynamo.send(
        new PutItemCommand({ TableName, Item: key('race'), ConditionExpression: 'attribute_not_exists(pk)' }),
      );
    const ends = await Promise.allSettled(Array.from({ length: 20 }, put));
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});

describe('INSERT', () => {
  it('writes twenty-five rows in one call and answers each that was there already by itself', async () => {
    await dynamo.send(new ExecuteStatementCommand(row('07', 'first')));
    const Statements = Array.from({ length: 25 }, (_, n) => row(String(n).padStart(2, '0'), 'second'));
    const { Responses } = await dynamo.send(new BatchExecuteStatementCommand({ Statements }));
    expect(Responses).toHaveLength(25);
    const refused = (Responses ?? []).flatMap(({ Error: error }, n) => (error ? [[n, error]] : []));
    expect(refused).toEqual([
      [7, { Code: 'DuplicateItem', Message: 'Duplicate primary key exists in table' }],
    ]);
    const { Items } = await dynamo.send(new ScanCommand({ TableName }));
    expect(Items).toHaveLength(25);
    expect(Items?.find(({ sk }) => sk?.S === '07')?.title).toEqual({ S: 'first' });
  });

  it('takes the first of two rows with one key in a batch', async () => {
    const { Responses } = await dynamo.send(
      new BatchExecuteStatementCommand({ Statements: [row('a', 'first'), row('a', 'second')] }),
    );
    expect(Responses?.map(({ Error: error }) => error?.Code)).toEqual([undefined, 'DuplicateItem']);
    const { Item } = await dynamo.send(new GetItemCommand({ TableName, Key: key('a') }));
    expect(Item?.title).toEqual({ S: 'first' });
  });

  it('refuses a taken key with DuplicateItemException', async () => {
    await dynamo.send(new ExecuteStatementCommand(row('a')));
    await expect(dynamo.send(new ExecuteStatementCommand(row('a')))).rejects.toMatchObject({
      name: 'DuplicateItemException',
    });
  });

  it('and an update of the same item never lose each other', async () => {
    const update = (n: number) =>
      new UpdateItemCommand({
        TableName,
        Key: key('both'),
        UpdateExpression: 'SET u = :n',
        ExpressionAttributeValues: { ':n': { N: String(n) } },
      });
    const ends = await Promise.allSettled([
      dynamo.send(update(1)),
      dynamo.send(new ExecuteStatementCommand(row('both'))),
      dynamo.send(update(2)),
    ]);
    const { Item } = await dynamo.send(new GetItemCommand({ TableName, Key: key('both') }));
    expect(Item?.u).toBeDefined();
    expect(Item?.title !== undefined).toBe(ends[1].status === 'fulfilled');
  });

  it('is found by an index', async () => {
    const Statement = `INSERT INTO "${TableName}" VALUE {'pk': ?, 'sk': ?, 'owner': ?}`;
    const Parameters = [{ S: 'p' }, { S: 'a' }, { S: 'ada' }];
    await dynamo.send(new ExecuteStatementCommand({ Statement, Parameters }));
    const { Items } = await dynamo.send(
      new QueryCommand({
        TableName,
        IndexName: 'by-owner',
        KeyConditionExpression: '#o = :o',
        ExpressionAttributeNames: { '#o': 'owner' },
        ExpressionAttributeValues: { ':o': { S: 'ada' } },
      }),
    );
    expect(Items).toEqual([{ pk: { S: 'p' }, sk: { S: 'a' }, owner: { S: 'ada' } }]);
  });

  it.each([
    ['an empty key', [{ S: 'p' }, { S: '' }, { S: 'x' }], 'cannot contain an empty string value. Key: sk'],
    ['a key of another type', [{ S: 'p' }, { N: '1' }, { S: 'x' }], 'Type mismatch for key sk'],
    [
      'a number that is none',
      [{ S: 'p' }, { S: 's' }, { N: 'ten' }],
      'cannot be converted to a numeric value',
    ],
    ['too few parameters', [{ S: 'p' }], "Number of parameters in request and statement don't match."],
    ['an item above 400 KB', [{ S: 'p' }, { S: 's' }, { S: 'é'.repeat(204_800) }], 'maximum allowed size'],
  ])('refuses %s, in a batch for that statement alone', async (_, Parameters, words) => {
    const { Responses } = await dynamo.send(
      new BatchExecuteStatementCommand({
        Statements: [row('good'), { Statement: insertText(), Parameters }],
      }),
    );
    expect(Responses?.[0]?.Error).toBeUndefined();
    expect(Responses?.[1]?.Error).toMatchObject({
      Code: 'ValidationError',
      Message: expect.stringContaining(words),
    });
  });

  it.each([
    'SELECT * FROM "t"',
    `DELETE FROM "t" WHERE pk = 'a'`,
    `INSERT INTO "t" VALUE {'pk': 'literal'}`,
    `INSERT INTO "t" VALUE {'pk': ?,}`,
    `INSERT INTO "t" VALUE {'pk': ? 'sk': ?}`,
  ])('refuses %s by name', async (Statement) => {
    await expect(dynamo.send(new ExecuteStatementCommand({ Statement }))).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(Statement),
    });
  });

  it('refuses more than twenty-five statements', async () => {
    const Statements = Array.from({ length: 26 }, (_, n) => row(String(n)));
    await expect(dynamo.send(new BatchExecuteStatementCommand({ Statements }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });
});

describe('the bill', () => {
  const last = () => bills.map(({ operation, writeUnits, readUnits }) => [operation, writeUnits, readUnits]);
  const text = (bytes: number) => ({ S: 'x'.repeat(bytes) });

  it('counts a write by whole KB, of the larger of before and after', async () => {
    await dynamo.send(new PutItemCommand({ TableName, Item: { ...key('a'), t: text(2_500) } }));
    await dynamo.send(new PutItemCommand({ TableName, Item: key('a') }));
    await dynamo.send(new DeleteItemCommand({ TableName, Key: key('a') }));
    expect(last()).toEqual([
      ['PutItem', 3, 0],
      ['PutItem', 3, 0],
      ['DeleteItem', 1, 0],
    ]);
  });

  it('counts a text in UTF-8', async () => {
    await dynamo.send(new PutItemCommand({ TableName, Item: { ...key('a'), t: { S: 'é'.repeat(600) } } }));
    expect(last()).toEqual([['PutItem', 2, 0]]);
  });

  it('counts a write whose condition failed', async () => {
    await dynamo.send(new PutItemCommand({ TableName, Item: { ...key('a'), t: text(2_500) } }));
    const again = new PutItemCommand({
      TableName,
      Item: key('a'),
      ConditionExpression: 'attribute_not_exists(pk)',
    });
    await expect(dynamo.send(again)).rejects.toThrow();
    expect(last().at(-1)).toEqual(['PutItem', 3, 0]);
  });

  it('counts each row of a batch, refused ones too', async () => {
    await dynamo.send(new ExecuteStatementCommand(row('a')));
    const { ConsumedCapacity } = await dynamo.send(
      new BatchExecuteStatementCommand({
        Statements: [row('a'), row('b'), row('c', 'x'.repeat(1_100))],
        ReturnConsumedCapacity: 'TOTAL',
      }),
    );
    expect(last().at(-1)).toEqual(['BatchExecuteStatement', 4, 0]);
    expect(ConsumedCapacity?.map(({ CapacityUnits }) => CapacityUnits)).toEqual([1, 1, 2]);
  });

  it('counts an index only when the write changes its entry', async () => {
    const Item = { ...key('a'), owner: { S: 'ada' } };
    await dynamo.send(new PutItemCommand({ TableName, Item }));
    await dynamo.send(new PutItemCommand({ TableName, Item: { ...Item, t: text(10) } }));
    await dynamo.send(new PutItemCommand({ TableName, Item: { ...Item, owner: { S: 'bob' } } }));
    expect(last().map(([, units]) => units)).toEqual([2, 1, 3]);
  });

  it('counts reads by whole 4 KB, half when they need not be consistent', async () => {
    await dynamo.send(new PutItemCommand({ TableName, Item: { ...key('a'), t: text(5_000) } }));
    bills = [];
    await dynamo.send(new GetItemCommand({ TableName, Key: key('a') }));
    await dynamo.send(new GetItemCommand({ TableName, Key: key('a'), ConsistentRead: true }));
    await dynamo.send(new GetItemCommand({ TableName, Key: key('none') }));
    const RequestItems = { [TableName]: { Keys: [key('a'), key('none')], ConsistentRead: true } };
    await dynamo.send(new BatchGetItemCommand({ RequestItems }));
    expect(last().map(([, , units]) => units)).toEqual([1, 2, 0.5, 3]);
  });

  it('adds up what a query looked at before it rounds', async () => {
    for (const sk of ['a', 'b', 'c']) {
      await dynamo.send(new PutItemCommand({ TableName, Item: { ...key(sk), t: text(2_000) } }));
    }
    bills = [];
    const query = {
      TableName,
      KeyConditionExpression: 'pk = :p',
      ExpressionAttributeValues: { ':p': { S: 'p' } },
    };
    const first = await dynamo.send(new QueryCommand({ ...query, ReturnConsumedCapacity: 'TOTAL' }));
    expect(first.ConsumedCapacity?.CapacityUnits).toBe(1);
    const second = await dynamo.send(new QueryCommand({ ...query, ConsistentRead: true, Select: 'COUNT' }));
    expect(second).toMatchObject({ Count: 3 });
    expect(second.ConsumedCapacity).toBeUndefined();
    expect(last().map(([, , units]) => units)).toEqual([1, 2]);
  });

  it('counts each item of a batch write and names the caller', async () => {
    const put = (sk: string, bytes: number) => ({ PutRequest: { Item: { ...key(sk), t: text(bytes) } } });
    await dynamo.send(
      new BatchWriteItemCommand({ RequestItems: { [TableName]: [put('a', 10), put('b', 1_500)] } }),
    );
    expect(bills).toMatchObject([
      { operation: 'BatchWriteItem', table: TableName, writeUnits: 3, caller: 'user' },
    ]);
  });
});

describe('the faults of the fan-in', () => {
  it('throttle the one statement they are aimed at', async () => {
    aws.faults.inject({ hop: 'fan-in', effect: 'throttle', subject: '"poisoned"', times: 1 });
    const Statements = [row('a'), row('poisoned'), row('c')];
    const { Responses } = await dynamo.send(new BatchExecuteStatementCommand({ Statements }));
    expect(Responses?.map(({ Error: error }) => error?.Code)).toEqual([
      undefined,
      'ThrottlingError',
      undefined,
    ]);
    const again = await dynamo.send(new BatchExecuteStatementCommand({ Statements: [row('poisoned')] }));
    expect(again.Responses?.[0]?.Error).toBeUndefined();
  });

  it('throttle a single request', async () => {
    aws.faults.inject({ hop: 'fan-in', effect: 'throttle', subject: 'struck', times: 1 });
    await expect(dynamo.send(new GetItemCommand({ TableName, Key: key('struck') }))).rejects.toMatchObject({
      name: 'ThrottlingException',
    });
    await dynamo.send(new GetItemCommand({ TableName, Key: key('struck') }));
  });
});

describe('what is not there', () => {
  it('refuses a transaction by name', async () => {
    await expect(
      dynamo.send(new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName, Item: key('a') } }] })),
    ).rejects.toMatchObject({
      name: 'UnknownOperationException',
      message: expect.stringContaining('TransactWriteItems'),
    });
  });
});
