import {
  CreateTableCommand,
  DescribeTimeToLiveCommand,
  ExecuteStatementCommand,
  GetItemCommand,
  PutItemCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import {
  CancelReplayCommand,
  CreateArchiveCommand,
  CreateEventBusCommand,
  DeleteArchiveCommand,
  DeleteRuleCommand,
  DescribeArchiveCommand,
  DescribeEventBusCommand,
  DescribeReplayCommand,
  DescribeRuleCommand,
  DisableRuleCommand,
  ListRulesCommand,
  ListTagsForResourceCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutPermissionCommand,
  PutRuleCommand,
  PutTargetsCommand,
  StartReplayCommand,
  TagResourceCommand,
} from '@aws-sdk/client-eventbridge';
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  ListObjectsV2Command,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueueTagsCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRestartedAws, type RestartedAws, type RunningAws } from './restarted-aws.ts';

let engine: RestartedAws;

beforeEach(() => {
  engine = openRestartedAws();
});
afterEach(() => engine.remove());

describe('queues', () => {
  it('come back with their attributes, tags and messages in order', async () => {
    const before = await engine.restart();
    const url = await createQueue(before, 'orders', { VisibilityTimeout: '77' });
    for (const body of ['one', 'two', 'three']) {
      await before.sqs.send(
        new SendMessageCommand({
          QueueUrl: url,
          MessageBody: body,
          MessageAttributes: { colour: { DataType: 'String', StringValue: 'red' } },
        }),
      );
    }
    const [first] = await receive(before, 'orders', 1);
    await before.sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: first?.ReceiptHandle }));

    const after = await engine.restart();
    expect(await attribute(after, 'orders', 'VisibilityTimeout')).toBe('77');
    const { Tags } = await after.sqs.send(
      new ListQueueTagsCommand({ QueueUrl: await urlOf(after, 'orders') }),
    );
    expect(Tags).toEqual({ team: 'shop' });
    const messages = await receive(after, 'orders');
    expect(messages.map(({ Body }) => Body)).toEqual(['two', 'three']);
    expect(messages[0]?.MessageAttributes).toEqual({ colour: { DataType: 'String', StringValue: 'red' } });
    expect(messages[0]?.Attributes?.ApproximateReceiveCount).toBe('1');
  });

  it('show a message in flight again when its deadline has passed, and not before', async () => {
    const before = await engine.restart();
    const url = await createQueue(before, 'orders', { VisibilityTimeout: '600' });
    await send(before, 'orders', 'one');
    const [taken] = await receive(before, 'orders');
    await before.sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: url,
        ReceiptHandle: taken?.ReceiptHandle,
        VisibilityTimeout: 3_600,
      }),
    );

    const after = await engine.restart();
    expect(await receive(after, 'orders')).toEqual([]);
    expect(await attribute(after, 'orders', 'ApproximateNumberOfMessagesNotVisible')).toBe('1');
    after.aws.clock.advance(3_000_000);
    expect(await receive(after, 'orders')).toEqual([]);
    after.aws.clock.advance(600_000);
    const [again] = await receive(after, 'orders');
    expect([again?.Body, again?.Attributes?.ApproximateReceiveCount]).toEqual(['one', '2']);
  });

  it('take the receipt handle of before', async () => {
    const before = await engine.restart();
    await createQueue(before, 'orders');
    await send(before, 'orders', 'one');
    const [taken] = await receive(before, 'orders');

    const after = await engine.restart();
    const QueueUrl = await urlOf(after, 'orders');
    await after.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: taken?.ReceiptHandle }));
    after.aws.clock.advance(3_600_000);
    expect(await receive(after, 'orders')).toEqual([]);
    expect(await receive(await engine.restart(), 'orders')).toEqual([]);
  });

  it('hold a message back until its delay has ended', async () => {
    const before = await engine.restart();
    await createQueue(before, 'orders', { DelaySeconds: '900' });
    await send(before, 'orders', 'one');

    const after = await engine.restart();
    expect(await receive(after, 'orders')).toEqual([]);
    after.aws.clock.advance(900_000);
    expect((await receive(after, 'orders')).map(({ Body }) => Body)).toEqual(['one']);
  });

  it('keep a FIFO group waiting for its message in flight, deduplicate, and count on', async () => {
    const before = await engine.restart();
    await createQueue(before, 'orders.fifo', { FifoQueue: 'true', VisibilityTimeout: '600' });
    const one = await send(before, 'orders.fifo', 'one', {
      MessageGroupId: 'a',
      MessageDeduplicationId: '1',
    });
    await receive(before, 'orders.fifo', 1);
    await send(before, 'orders.fifo', 'two', { MessageGroupId: 'a', MessageDeduplicationId: '2' });

    const after = await engine.restart();
    const again = await send(after, 'orders.fifo', 'one', {
      MessageGroupId: 'a',
      MessageDeduplicationId: '1',
    });
    expect(again.SequenceNumber).toBe(one.SequenceNumber);
    expect(await receive(after, 'orders.fifo')).toEqual([]);
    const three = await send(after, 'orders.fifo', 'three', {
      MessageGroupId: 'a',
      MessageDeduplicationId: '3',
    });
    expect(BigInt(three.SequenceNumber ?? 0)).toBeGreaterThan(BigInt(one.SequenceNumber ?? 0));
    after.aws.clock.advance(600_000);
    expect((await receive(after, 'orders.fifo')).map(({ Body }) => Body)).toEqual(['one', 'two', 'three']);
  });

  it('leave nothing behind when they are purged or deleted', async () => {
    const before = await engine.restart();
    const purged = await createQueue(before, 'purged');
    const deleted = await createQueue(before, 'deleted');
    await send(before, 'purged', 'one');
    await send(before, 'deleted', 'one');

    const between = await engine.restart();
    await between.sqs.send(new PurgeQueueCommand({ QueueUrl: purged }));
    await between.sqs.send(new DeleteQueueCommand({ QueueUrl: deleted }));
    await send(between, 'purged', 'two');

    const after = await engine.restart();
    expect((await receive(after, 'purged')).map(({ Body }) => Body)).toEqual(['two']);
    await expect(urlOf(after, 'deleted')).rejects.toThrow('does not exist');
    await createQueue(after, 'deleted');
    expect(await receive(after, 'deleted')).toEqual([]);
  });
});

describe('buses', () => {
  it('come back with description, policy and tags', async () => {
    const before = await engine.restart();
    await before.events.send(
      new CreateEventBusCommand({ Name: 'shop', Description: 'sold', Tags: [{ Key: 'a', Value: '1' }] }),
    );
    await before.events.send(
      new PutPermissionCommand({
        EventBusName: 'shop',
        StatementId: 'them',
        Principal: '123456789012',
        Action: 'events:PutEvents',
      }),
    );
    const described = await before.events.send(new DescribeEventBusCommand({ Name: 'shop' }));

    const after = await engine.restart();
    const again = await after.events.send(new DescribeEventBusCommand({ Name: 'shop' }));
    expect({ ...again, $metadata: undefined }).toEqual({ ...described, $metadata: undefined });
    expect(again.Policy).toContain('them');
    const { Tags } = await after.events.send(new ListTagsForResourceCommand({ ResourceARN: again.Arn }));
    expect(Tags).toEqual([{ Key: 'a', Value: '1' }]);
  });

  it('come back with their rules, which match and deliver', async () => {
    const before = await engine.restart();
    await createBusWithQueue(before);
    await before.events.send(
      new PutRuleCommand({ Name: 'off', EventBusName: 'shop', EventPattern: '{"source":["x"]}' }),
    );
    await before.events.send(new DisableRuleCommand({ Name: 'off', EventBusName: 'shop' }));
    const { Arn } = await before.events.send(new DescribeRuleCommand({ Name: 'all', EventBusName: 'shop' }));
    await before.events.send(new TagResourceCommand({ ResourceARN: Arn, Tags: [{ Key: 'a', Value: '1' }] }));
    await before.events.send(
      new PutRuleCommand({ Name: 'gone', EventBusName: 'shop', EventPattern: '{"source":["x"]}' }),
    );

    const between = await engine.restart();
    await between.events.send(new DeleteRuleCommand({ Name: 'gone', EventBusName: 'shop' }));

    const after = await engine.restart();
    const { Rules } = await after.events.send(new ListRulesCommand({ EventBusName: 'shop' }));
    expect(Rules?.map(({ Name, State }) => [Name, State])).toEqual([
      ['all', 'ENABLED'],
      ['off', 'DISABLED'],
    ]);
    const { Targets } = await after.events.send(
      new ListTargetsByRuleCommand({ Rule: 'all', EventBusName: 'shop' }),
    );
    expect(Targets?.map(({ Id, InputPath }) => [Id, InputPath])).toEqual([['queue', '$.detail']]);
    const { Tags } = await after.events.send(new ListTagsForResourceCommand({ ResourceARN: Arn }));
    expect(Tags).toEqual([{ Key: 'a', Value: '1' }]);

    await put(after, { n: 1 });
    await after.aws.observations.waitFor('delivered');
    expect((await receive(after, 'sold')).map(({ Body }) => Body)).toEqual(['{"n":1}']);
  });
});

describe('archives', () => {
  it('come back with their events, which a replay brings back', async () => {
    const before = await engine.restart();
    await createBusWithQueue(before);
    await createArchive(before);
    const started = new Date(Date.now() - 1_000);
    for (let n = 0; n < 250; n += 10) {
      await put(before, ...Array.from({ length: 10 }, (_, index) => ({ n: n + index })));
    }
    await settled(before, 250);
    await before.sqs.send(new PurgeQueueCommand({ QueueUrl: await urlOf(before, 'sold') }));
    const described = await describeArchive(before);
    expect(described.EventCount).toBe(250);

    const after = await engine.restart();
    expect(await describeArchive(after)).toEqual(described);
    await startReplay(after, 'again', started);
    expect(await replayEnd(after, 'again')).toBe('COMPLETED');
    await settled(after, 250);
    const bodies = new Set<string>();
    for (let batch = await receive(after, 'sold'); batch.length > 0; batch = await receive(after, 'sold')) {
      for (const { Body = '' } of batch) bodies.add(Body);
    }
    expect(bodies.size).toBe(250);
    expect((await describeArchive(after)).EventCount).toBe(250);

    const last = await engine.restart();
    expect(await replayEnd(last, 'again')).toBe('COMPLETED');
    await expect(startReplay(last, 'again', started)).rejects.toThrow('already exists');
    await expect(last.events.send(new CancelReplayCommand({ ReplayName: 'again' }))).rejects.toThrow(
      'not in a valid state',
    );
  });

  it('let go of what is older than their retention', async () => {
    const before = await engine.restart();
    await createBusWithQueue(before);
    await createArchive(before, { RetentionDays: 2 });
    await put(before, { n: 1 });
    await settled(before, 1);
    before.aws.clock.advance(86_400_000);
    await put(before, { n: 2 });
    await settled(before, 2);
    expect((await describeArchive(before)).EventCount).toBe(2);
    const { SizeBytes = 0 } = await describeArchive(before);

    before.aws.clock.advance(86_400_000 + 60_000);
    expect(await describeArchive(before)).toMatchObject({ EventCount: 1, SizeBytes: SizeBytes / 2 });
    const after = await engine.restart();
    expect(await describeArchive(after)).toMatchObject({ EventCount: 1, SizeBytes: SizeBytes / 2 });
  });

  it('leave nothing behind when they are deleted', async () => {
    const before = await engine.restart();
    await createBusWithQueue(before);
    await createArchive(before);
    await put(before, { n: 1 });
    await settled(before, 1);
    await before.events.send(new DeleteArchiveCommand({ ArchiveName: 'sold' }));

    const after = await engine.restart();
    await expect(describeArchive(after)).rejects.toThrow('does not exist');
    await createArchive(after);
    expect((await describeArchive(after)).EventCount).toBe(0);
  });
});

describe('deliveries', () => {
  it('are tried again after a restart', async () => {
    const before = await engine.restart();
    await createBusWithQueue(before);
    before.aws.faults.inject({ hop: 'rule', effect: 'throttle' });
    await put(before, { n: 1 });
    await before.aws.observations.waitFor('retrying');

    const after = await engine.restart();
    after.aws.clock.advance(2_000);
    expect(await after.aws.observations.waitFor('delivered')).toMatchObject({ attempt: 2 });
    expect((await receive(after, 'sold')).map(({ Body }) => Body)).toEqual(['{"n":1}']);

    const last = await engine.restart();
    last.aws.clock.advance(60_000);
    await put(last, { n: 2 });
    await last.aws.observations.waitFor('delivered');
    expect((await receive(last, 'sold')).map(({ Body }) => Body)).toEqual(['{"n":1}', '{"n":2}']);
  });
});

describe('buckets', () => {
  it('come back with their objects, byte for byte, and their events', async () => {
    const before = await engine.restart();
    await before.s3.send(new CreateBucketCommand({ Bucket: 'uploads' }));
    await before.s3.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket: 'uploads',
        NotificationConfiguration: { EventBridgeConfiguration: {} },
      }),
    );
    await putObject(before, 'kept', 'first');
    const { LastModified, ETag } = await putObject(before, 'kept', 'second').then(() => head(before, 'kept'));
    await putObject(before, 'gone', 'x');
    const Tagging = { TagSet: [{ Key: 'state', Value: 'clean' }] };
    await before.s3.send(new PutObjectTaggingCommand({ Bucket: 'uploads', Key: 'kept', Tagging }));

    const between = await engine.restart();
    await between.s3.send(new DeleteObjectCommand({ Bucket: 'uploads', Key: 'gone' }));

    const after = await engine.restart();
    const { Contents } = await after.s3.send(new ListObjectsV2Command({ Bucket: 'uploads' }));
    expect(Contents?.map(({ Key }) => Key)).toEqual(['kept']);
    const object = await head(after, 'kept');
    expect(object).toMatchObject({
      LastModified,
      ETag,
      ContentType: 'text/plain',
      Metadata: { owner: 'me' },
    });
    expect(object.text).toBe('second');
    expect(
      await after.s3.send(new GetObjectTaggingCommand({ Bucket: 'uploads', Key: 'kept' })),
    ).toMatchObject(Tagging);

    await putObject(after, 'new', 'third');
    const { detailType } = await after.aws.observations.waitFor('published');
    expect(detailType).toBe('Object Created');
  });

  it('go on with an upload in parts', async () => {
    const before = await engine.restart();
    await before.s3.send(new CreateBucketCommand({ Bucket: 'uploads' }));
    const where = { Bucket: 'uploads', Key: 'large' };
    const { UploadId } = await before.s3.send(new CreateMultipartUploadCommand({ ...where, Tagging: 'a=1' }));
    const first = Buffer.alloc(5 * 1_048_576, 'a');
    const one = await before.s3.send(
      new UploadPartCommand({ ...where, UploadId, PartNumber: 1, Body: first }),
    );

    const after = await engine.restart();
    const two = await after.s3.send(
      new UploadPartCommand({ ...where, UploadId, PartNumber: 2, Body: 'the end' }),
    );
    const Parts = [one, two].map(({ ETag }, index) => ({ ETag, PartNumber: index + 1 }));
    await after.s3.send(
      new CompleteMultipartUploadCommand({ ...where, UploadId, MultipartUpload: { Parts } }),
    );

    const { TagCount, text } = await head(await engine.restart(), 'large');
    expect(text === `${first}the end`).toBe(true);
    expect(TagCount).toBe(1);
  });
});

describe('tables', () => {
  it('come back with their items and their time to live', async () => {
    const before = await engine.restart();
    await before.dynamodb.send(
      new CreateTableCommand({
        TableName: 'tasks',
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
    await before.dynamodb.send(
      new UpdateTimeToLiveCommand({
        TableName: 'tasks',
        TimeToLiveSpecification: { Enabled: true, AttributeName: 'until' },
      }),
    );
    await before.dynamodb.send(new PutItemCommand({ TableName: 'tasks', Item: { id: { S: 'a' } } }));
    await insert(before, 'b');

    const after = await engine.restart();
    for (const id of ['a', 'b']) {
      const { Item } = await after.dynamodb.send(
        new GetItemCommand({ TableName: 'tasks', Key: { id: { S: id } } }),
      );
      expect(Item).toEqual({ id: { S: id } });
    }
    await expect(insert(after, 'b')).rejects.toThrow('Duplicate primary key');
    const { TimeToLiveDescription } = await after.dynamodb.send(
      new DescribeTimeToLiveCommand({ TableName: 'tasks' }),
    );
    expect(TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'until' });
  });

  it('take one of several inserts of the same key', async () => {
    const { dynamodb, ...running } = await engine.restart();
    await dynamodb.send(
      new CreateTableCommand({
        TableName: 'tasks',
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
    const tries = await Promise.allSettled(
      Array.from({ length: 20 }, () => insert({ dynamodb, ...running }, 'same')),
    );
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});

async function createQueue({ sqs }: RunningAws, QueueName: string, Attributes = {}): Promise<string> {
  const { QueueUrl = '' } = await sqs.send(
    new CreateQueueCommand({ QueueName, Attributes, tags: { team: 'shop' } }),
  );
  return QueueUrl;
}

async function urlOf({ sqs }: RunningAws, QueueName: string): Promise<string> {
  const { QueueUrl = '' } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
  return QueueUrl;
}

async function send(
  running: RunningAws,
  queue: string,
  MessageBody: string,
  fifo: { MessageGroupId?: string; MessageDeduplicationId?: string } = {},
) {
  const QueueUrl = await urlOf(running, queue);
  return running.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, ...fifo }));
}

async function receive(running: RunningAws, queue: string, MaxNumberOfMessages = 10) {
  const QueueUrl = await urlOf(running, queue);
  const { Messages = [] } = await running.sqs.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['All'],
    }),
  );
  return Messages;
}

type QueueAttribute = NonNullable<
  ConstructorParameters<typeof GetQueueAttributesCommand>[0]['AttributeNames']
>[number];

async function attribute(running: RunningAws, queue: string, name: QueueAttribute) {
  const QueueUrl = await urlOf(running, queue);
  const { Attributes } = await running.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [name] }),
  );
  return Attributes?.[name];
}

/** A bus `shop` with a rule `all` that sends each event of the source `shop` to the queue `sold`. */
async function createBusWithQueue(running: RunningAws): Promise<void> {
  const Policy = JSON.stringify({
    Statement: { Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage', Resource: '*' },
  });
  await createQueue(running, 'sold', { Policy });
  await running.events.send(new CreateEventBusCommand({ Name: 'shop' }));
  await running.events.send(
    new PutRuleCommand({ Name: 'all', EventBusName: 'shop', EventPattern: '{"source":["shop"]}' }),
  );
  const Arn = `arn:aws:sqs:${running.aws.region}:${running.aws.accountId}:sold`;
  await running.events.send(
    new PutTargetsCommand({
      Rule: 'all',
      EventBusName: 'shop',
      Targets: [{ Id: 'queue', Arn, InputPath: '$.detail' }],
    }),
  );
}

async function put({ events }: RunningAws, ...details: readonly object[]): Promise<void> {
  await events.send(
    new PutEventsCommand({
      Entries: details.map((detail) => ({
        EventBusName: 'shop',
        Source: 'shop',
        DetailType: 'Sold',
        Detail: JSON.stringify(detail),
      })),
    }),
  );
}

/** Resolves when this engine has delivered so many events. */
async function settled({ aws }: RunningAws, count: number): Promise<void> {
  const delivered = () => aws.observations.recent().filter(({ kind }) => kind === 'delivered').length;
  await aws.observations.waitFor('delivered', () => delivered() >= count);
}

async function createArchive({ aws, events }: RunningAws, more = {}): Promise<void> {
  const EventSourceArn = `arn:aws:events:${aws.region}:${aws.accountId}:event-bus/shop`;
  await events.send(new CreateArchiveCommand({ ArchiveName: 'sold', EventSourceArn, ...more }));
}

async function describeArchive({ events }: RunningAws) {
  const { $metadata, ...archive } = await events.send(new DescribeArchiveCommand({ ArchiveName: 'sold' }));
  return archive;
}

async function startReplay({ aws, events }: RunningAws, ReplayName: string, EventStartTime: Date) {
  const prefix = `arn:aws:events:${aws.region}:${aws.accountId}`;
  await events.send(
    new StartReplayCommand({
      ReplayName,
      EventSourceArn: `${prefix}:archive/sold`,
      EventStartTime,
      EventEndTime: new Date(Date.now() + 1_000),
      Destination: { Arn: `${prefix}:event-bus/shop` },
    }),
  );
}

async function replayEnd({ events }: RunningAws, ReplayName: string) {
  for (;;) {
    const { State = '', ReplayEndTime } = await events.send(new DescribeReplayCommand({ ReplayName }));
    if (ReplayEndTime) return State;
  }
}

async function putObject({ s3 }: RunningAws, Key: string, Body: string) {
  return s3.send(
    new PutObjectCommand({
      Bucket: 'uploads',
      Key,
      Body,
      ContentType: 'text/plain',
      Metadata: { owner: 'me' },
    }),
  );
}

async function head({ s3 }: RunningAws, Key: string) {
  const { Body, ...head } = await s3.send(new GetObjectCommand({ Bucket: 'uploads', Key }));
  return { ...head, text: await Body?.transformToString() };
}

async function insert({ dynamodb }: RunningAws, id: string): Promise<void> {
  await dynamodb.send(
    new ExecuteStatementCommand({
      Statement: `INSERT INTO "tasks" VALUE {'id': ?}`,
      Parameters: [{ S: id }],
    }),
  );
}
