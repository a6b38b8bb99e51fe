import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectTaggingCommand,
  GetBucketNotificationConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { Upload } from '@aws-sdk/lib-storage';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type LocalAws, startLocalAws } from '../../../../tools/local/start-local-aws.ts';
import { clientSettings } from '../client-settings.ts';

let aws: LocalAws;
let s3: S3Client;
let sqs: SQSClient;
let QueueUrl: string;
let Bucket: string;
let bucketCount = 0;

beforeAll(async () => {
  aws = await startLocalAws();
  s3 = new S3Client(clientSettings(aws));
  sqs = new SQSClient(clientSettings(aws));
  const events = new EventBridgeClient(clientSettings(aws));
  const Statement = { Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage', Resource: '*' };
  const Attributes = { Policy: JSON.stringify({ Statement }) };
  ({ QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'heard', Attributes })));
  await events.send(new PutRuleCommand({ Name: 'all', EventPattern: '{"source":["aws.s3"]}' }));
  const Arn = 'arn:aws:sqs:us-east-1:000000000000:heard';
  await events.send(new PutTargetsCommand({ Rule: 'all', Targets: [{ Id: 'queue', Arn }] }));
  events.destroy();
});

afterAll(async () => {
  s3.destroy();
  sqs.destroy();
  await aws.close();
});

beforeEach(async () => {
  bucketCount += 1;
  Bucket = `bucket-${bucketCount}`;
  await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket,
      NotificationConfiguration: { EventBridgeConfiguration: {} },
    }),
  );
});

async function nextEvent() {
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
  const ReceiptHandle = Messages?.[0]?.ReceiptHandle;
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  return JSON.parse(Messages?.[0]?.Body ?? '{}');
}

const put = (Key: string, Body = 'hello') => s3.send(new PutObjectCommand({ Bucket, Key, Body }));

describe('S3’s events on the default bus', () => {
  it('say what AWS’s say of a new object, in its order', async () => {
    const { $metadata, ETag } = await put('a b/ü.csv');
    const event = await nextEvent();
    expect(event).toMatchObject({
      'detail-type': 'Object Created',
      source: 'aws.s3',
      account: '000000000000',
      region: 'us-east-1',
      resources: [`arn:aws:s3:::${Bucket}`],
      detail: {
        version: '0',
        bucket: { name: Bucket },
        object: { key: 'a b/ü.csv', size: 5, etag: JSON.parse(ETag ?? ''), sequencer: expect.any(String) },
        'request-id': $metadata.requestId,
        requester: '000000000000',
        'source-ip-address': '127.0.0.1',
        reason: 'PutObject',
      },
    });
    expect(Object.keys(event.detail)).toEqual([
      'version',
      'bucket',
      'object',
      'request-id',
      'requester',
      'source-ip-address',
      'reason',
    ]);
    expect(Object.keys(event.detail.object)).toEqual(['key', 'size', 'etag', 'sequencer']);
  });

  it('name how an object came to be', async () => {
    const reasons: string[] = [];
    await put('a');
    reasons.push((await nextEvent()).detail.reason);
    await s3.send(new CopyObjectCommand({ Bucket, Key: 'b', CopySource: `${Bucket}/a` }));
    reasons.push((await nextEvent()).detail.reason);
    const params = { Bucket, Key: 'c', Body: Buffer.alloc(6_000_000) };
    await new Upload({ client: s3, params, partSize: 5 * 1_048_576 }).done();
    reasons.push((await nextEvent()).detail.reason);
    expect(reasons).toEqual(['PutObject', 'CopyObject', 'CompleteMultipartUpload']);
  });

  it('tell of a deletion, and not of one of nothing', async () => {
    await put('a');
    await nextEvent();
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'never there' }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    const { detail, 'detail-type': detailType } = await nextEvent();
    expect(detailType).toBe('Object Deleted');
    expect(detail).toMatchObject({ reason: 'DeleteObject', 'deletion-type': 'Permanently Deleted' });
    expect(detail.object).toEqual({ key: 'a', sequencer: expect.any(String) });
  });

  it('tell of tags that are put or deleted, and not of those that come with the object', async () => {
    const { ETag } = await s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x', Tagging: 'a=1' }));
    expect((await nextEvent())['detail-type']).toBe('Object Created');
    const Tagging = { TagSet: [{ Key: 'a', Value: '2' }] };
    await s3.send(new PutObjectTaggingCommand({ Bucket, Key: 'a', Tagging }));
    const added = await nextEvent();
    expect(added['detail-type']).toBe('Object Tags Added');
    expect(added.detail).toEqual({
      version: '0',
      bucket: { name: Bucket },
      object: { key: 'a', etag: JSON.parse(ETag ?? '') },
      'request-id': expect.any(String),
      requester: '000000000000',
      'source-ip-address': '127.0.0.1',
    });
    await s3.send(new DeleteObjectTaggingCommand({ Bucket, Key: 'a' }));
    expect((await nextEvent())['detail-type']).toBe('Object Tags Deleted');
  });

  it('carry sequencers that grow with each write of a key', async () => {
    const sequencers: string[] = [];
    for (const body of ['1', '2', '3']) {
      await put('a', body);
      sequencers.push((await nextEvent()).detail.object.sequencer);
    }
    expect(sequencers.toSorted()).toEqual(sequencers);
    expect(new Set(sequencers).size).toBe(3);
  });

  it('only come from a bucket that has EventBridge on', async () => {
    await s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration: {} }));
    expect(await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket }))).not.toHaveProperty(
      'EventBridgeConfiguration',
    );
    await put('silent');
    await aws.observations.waitFor('stored', ({ bucket, key }) => bucket === Bucket && key === 'silent');
    const published = aws.observations.recent().filter(({ kind }) => kind === 'published').length;
    await s3.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket,
        NotificationConfiguration: { EventBridgeConfiguration: {} },
      }),
    );
    await put('heard');
    expect((await nextEvent()).detail.object.key).toBe('heard');
    expect(aws.observations.recent().filter(({ kind }) => kind === 'published')).toHaveLength(published + 1);
  });
});

describe('the faults of the source', () => {
  it('send an event twice, the same one', async () => {
    aws.faults.inject({ hop: 'source', effect: 'duplicate', subject: 'twice', times: 1 });
    await put('twice');
    const [first, second] = [await nextEvent(), await nextEvent()];
    expect(second.detail).toEqual(first.detail);
    expect(second.id).not.toBe(first.id);
  });

  it('hold an event back', async () => {
    aws.faults.inject({ hop: 'source', effect: 'delay', subject: 'slow', times: 1, ms: 60_000 });
    await put('slow');
    await put('quick');
    expect((await nextEvent()).detail.object.key).toBe('quick');
    aws.clock.advance(60_000);
    expect((await nextEvent()).detail.object.key).toBe('slow');
  });
});
