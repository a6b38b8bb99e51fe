import { describe, expect, it } from 'vitest';
import { eventAccesses } from '../../../../tools/local/bus/access.ts';
import { tableAccesses } from '../../../../tools/local/fan-in/access.ts';
import { functionAccess } from '../../../../tools/local/function/access.ts';
import type { JsonObject } from '../../../../tools/local/local-service.ts';
import { queueAccesses } from '../../../../tools/local/queue/access.ts';
import { objectAccesses } from '../../../../tools/local/source/access.ts';
import type { Access } from '../../../../tools/local/wire/evaluate-policies.ts';

const engine = { region: 'eu-west-1', accountId: '111111111111' };
const said = (accesses: readonly Access[] | undefined) =>
  accesses?.map(({ action, resource }) => `${action} ${resource}`);

describe('SQS', () => {
  const orders = 'arn:aws:sqs:eu-west-1:111111111111:orders';
  const url = 'http://127.0.0.1:4566/111111111111/orders';

  it.each<[string, JsonObject, string[] | undefined]>([
    ['SendMessage', { QueueUrl: url }, [`sqs:SendMessage ${orders}`]],
    ['SendMessageBatch', { QueueUrl: url }, [`sqs:SendMessage ${orders}`]],
    ['DeleteMessageBatch', { QueueUrl: url }, [`sqs:DeleteMessage ${orders}`]],
    ['ChangeMessageVisibilityBatch', { QueueUrl: url }, [`sqs:ChangeMessageVisibility ${orders}`]],
    ['ReceiveMessage', { QueueUrl: url }, [`sqs:ReceiveMessage ${orders}`]],
    ['GetQueueUrl', { QueueName: 'orders' }, [`sqs:GetQueueUrl ${orders}`]],
    ['ListQueues', {}, undefined],
  ])('%s asks for its queue', (operation, input, accesses) => {
    expect(said(queueAccesses(engine)(operation, input))).toEqual(accesses);
  });
});

describe('DynamoDB', () => {
  const table = (name: string) => `arn:aws:dynamodb:eu-west-1:111111111111:table/${name}`;
  const insert = `INSERT INTO "t" VALUE {'a': ?}`;

  it.each<[string, JsonObject, string[] | undefined]>([
    ['PutItem', { TableName: 't' }, [`dynamodb:PutItem ${table('t')}`]],
    ['GetItem', { TableName: table('t') }, [`dynamodb:GetItem ${table('t')}`]],
    ['Query', { TableName: 't', IndexName: 'i' }, [`dynamodb:Query ${table('t')}/index/i`]],
    [
      'BatchWriteItem',
      { RequestItems: { a: [], b: [] } },
      [`dynamodb:BatchWriteItem ${table('a')}`, `dynamodb:BatchWriteItem ${table('b')}`],
    ],
    ['ExecuteStatement', { Statement: insert }, [`dynamodb:PartiQLInsert ${table('t')}`]],
    ['BatchExecuteStatement', { Statements: [{ Statement: insert }] }, []],
    ['TagResource', { ResourceArn: table('t') }, [`dynamodb:TagResource ${table('t')}`]],
    ['ListTables', {}, undefined],
  ])('%s asks for its tables', (operation, input, accesses) => {
    expect(said(tableAccesses(engine)(operation, input))).toEqual(accesses);
  });
});

describe('EventBridge', () => {
  const arn = (rest: string) => `arn:aws:events:eu-west-1:111111111111:${rest}`;

  it.each<[string, JsonObject, string[] | undefined]>([
    ['DescribeEventBus', { Name: 'app' }, [`events:DescribeEventBus ${arn('event-bus/app')}`]],
    ['DescribeEventBus', {}, [`events:DescribeEventBus ${arn('event-bus/default')}`]],
    ['PutRule', { Name: 'r' }, [`events:PutRule ${arn('rule/r')}`]],
    ['PutTargets', { Rule: 'r', EventBusName: 'app' }, [`events:PutTargets ${arn('rule/app/r')}`]],
    [
      'DescribeRule',
      { Name: 'r', EventBusName: arn('event-bus/app') },
      [`events:DescribeRule ${arn('rule/app/r')}`],
    ],
    ['DescribeArchive', { ArchiveName: 'a' }, [`events:DescribeArchive ${arn('archive/a')}`]],
    ['CancelReplay', { ReplayName: 'r' }, [`events:CancelReplay ${arn('replay/r')}`]],
    ['TagResource', { ResourceARN: arn('rule/r') }, [`events:TagResource ${arn('rule/r')}`]],
    ['ListEventBuses', {}, undefined],
  ])('%s asks for what it names', (operation, input, accesses) => {
    expect(said(eventAccesses(engine)(operation, input))).toEqual(accesses);
  });

  it('PutEvents asks for each entry’s bus, by source and detail type', () => {
    const Entries = [
      { Source: 'shop', DetailType: 'Paid', EventBusName: 'app' },
      { Source: 'bank', DetailType: 'Sent', EventBusName: arn('event-bus/app') },
      { Source: 'shop', DetailType: 'Paid' },
    ];
    const put = (bus: string, source: string, detailType: string): Access => ({
      action: 'events:PutEvents',
      resource: arn(`event-bus/${bus}`),
      context: { 'events:source': source, 'events:detail-type': detailType },
    });
    expect(eventAccesses(engine)('PutEvents', { Entries })).toEqual([
      put('app', 'shop', 'Paid'),
      put('app', 'bank', 'Sent'),
      put('default', 'shop', 'Paid'),
    ]);
  });
});

describe('S3', () => {
  const accessesOf = (operation: string, key = '', headers: Readonly<Record<string, string>> = {}) =>
    said(
      objectAccesses(operation, {
        bucket: 'b',
        key,
        query: new URLSearchParams(),
        header: (name) => headers[name],
      }),
    );

  it.each([
    ['GetObject', 's3:GetObject'],
    ['HeadObject', 's3:GetObject'],
    ['PutObject', 's3:PutObject'],
    ['DeleteObject', 's3:DeleteObject'],
    ['CreateMultipartUpload', 's3:PutObject'],
    ['UploadPart', 's3:PutObject'],
    ['CompleteMultipartUpload', 's3:PutObject'],
    ['AbortMultipartUpload', 's3:AbortMultipartUpload'],
    ['ListParts', 's3:ListMultipartUploadParts'],
    ['PutObjectTagging', 's3:PutObjectTagging'],
    ['GetObjectTagging', 's3:GetObjectTagging'],
    ['DeleteObjectTagging', 's3:DeleteObjectTagging'],
  ])('%s of an object asks for %s on it', (operation, action) => {
    expect(accessesOf(operation, 'k')).toEqual([`${action} arn:aws:s3:::b/k`]);
  });

  it.each([
    ['HeadBucket', 's3:ListBucket'],
    ['ListObjectsV2', 's3:ListBucket'],
    ['ListObjects', 's3:ListBucket'],
    ['ListMultipartUploads', 's3:ListBucketMultipartUploads'],
    ['PutBucketNotificationConfiguration', 's3:PutBucketNotification'],
    ['GetBucketLocation', 's3:GetBucketLocation'],
  ])('%s of a bucket asks for %s on it', (operation, action) => {
    expect(accessesOf(operation)).toEqual([`${action} arn:aws:s3:::b`]);
  });

  it('ListBuckets asks for s3:ListAllMyBuckets on all', () => {
    expect(accessesOf('ListBuckets')).toEqual(['s3:ListAllMyBuckets *']);
  });

  it.each(['CopyObject', 'UploadPartCopy'])('%s asks to read the one and to write the other', (operation) => {
    expect(accessesOf(operation, 'k', { 'x-amz-copy-source': '/from/a%20b?versionId=1' })).toEqual([
      's3:GetObject arn:aws:s3:::from/a b',
      's3:PutObject arn:aws:s3:::b/k',
    ]);
  });

  it.each(['PutObject', 'CreateMultipartUpload'])(
    '%s asks to tag as well when tags come along',
    (operation) => {
      expect(accessesOf(operation, 'k', { 'x-amz-tagging': 'a=1' })).toEqual([
        's3:PutObject arn:aws:s3:::b/k',
        's3:PutObjectTagging arn:aws:s3:::b/k',
      ]);
    },
  );

  it.each(['PutObject', 'CompleteMultipartUpload'])(
    '%s asks to read what its If-Match compares',
    (operation) => {
      expect(accessesOf(operation, 'k', { 'if-match': '"etag"' })).toEqual([
        's3:PutObject arn:aws:s3:::b/k',
        's3:GetObject arn:aws:s3:::b/k',
      ]);
    },
  );
});

describe('Lambda', () => {
  it.each([
    ['Invoke', 'f', 'lambda:InvokeFunction arn:aws:lambda:eu-west-1:111111111111:function:f'],
    [
      'Invoke',
      'arn:aws:lambda:eu-west-1:111111111111:function:f:live',
      'lambda:InvokeFunction arn:aws:lambda:eu-west-1:111111111111:function:f',
    ],
    ['GetFunction', 'f', 'lambda:GetFunction arn:aws:lambda:eu-west-1:111111111111:function:f'],
    [
      'GetEventSourceMapping',
      'id',
      'lambda:GetEventSourceMapping arn:aws:lambda:eu-west-1:111111111111:event-source-mapping:id',
    ],
    ['ListFunctions', '', 'lambda:ListFunctions *'],
  ])('%s asks for what it names', (operation, name, access) => {
    expect(said([functionAccess(engine, operation, name)])).toEqual([access]);
  });
});
