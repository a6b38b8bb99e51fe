import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { BatchExecuteStatementCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import {
  CreateBucketCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeclaredResource, JsonObject } from '../../../../tools/local/local-service.ts';
import { type LocalAws, startLocalAws } from '../../../../tools/local/start-local-aws.ts';
import type { PolicyStatement } from '../../../../tools/local/wire/evaluate-policies.ts';
import { clientSettings } from '../client-settings.ts';
import { declare } from '../declare-resource.ts';

let aws: LocalAws;
let code: string;

const arnOf = (rest: string) => `arn:aws:${rest.replace('::', ':us-east-1:000000000000:')}`;
const queueArn = arnOf('sqs::orders');
const tableArn = arnOf('dynamodb::table/tasks');
const busArn = arnOf('events::event-bus/default');

beforeAll(async () => {
  aws = await startLocalAws();
  code = mkdtempSync(path.join(tmpdir(), 'held-to-role-'));
  writeFileSync(path.join(code, 'index.js'), callingDynamoDb);
  await deploy('AWS::SQS::Queue', { QueueName: 'orders' });
  await deploy('AWS::DynamoDB::Table', {
    TableName: 'tasks',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  });
  const s3 = new S3Client(clientSettings(aws));
  await s3.send(new CreateBucketCommand({ Bucket: 'uploads' }));
  await s3.send(new PutObjectCommand({ Bucket: 'uploads', Key: 'in/a', Body: 'a' }));
  await s3.send(new PutObjectCommand({ Bucket: 'uploads', Key: 'out/a', Body: 'a' }));
  s3.destroy();
});

afterAll(async () => {
  await aws.close();
  rmSync(code, { recursive: true });
});

/** Calls without an SDK, which a handler this small does not need: signatures are not checked. */
const callingDynamoDb = `exports.handler = async () => {
  const authorization = 'AWS4-HMAC-SHA256 Credential=' + process.env.AWS_ACCESS_KEY_ID + '/20261121/us-east-1/dynamodb/aws4_request';
  const response = await fetch(process.env.AWS_ENDPOINT_URL, {
    method: 'POST',
    body: '{"TableName":"tasks"}',
    headers: { authorization, 'x-amz-target': 'DynamoDB_20120810.Scan' },
  });
  return { status: response.status, answer: await response.json() };
};`;

function deploy(type: string, properties: JsonObject, more: Partial<DeclaredResource> = {}) {
  const services = [aws.queues, aws.tables, aws.functions, aws.identities];
  const provider = services.flatMap(({ resources }) => resources[type] ?? [])[0];
  if (!provider) throw new Error(`nothing deploys ${type}`);
  return provider.deploy(declare(type, properties, { asset: () => code, ...more }));
}

/** The settings of clients that call as a function whose role has these statements. */
async function settingsOf(name: string, ...Statement: PolicyStatement[]) {
  const roleArn = await roleOf(name, ...Statement);
  return { ...clientSettings(aws), credentials: aws.callers.issue({ kind: 'function', name, roleArn }) };
}

async function roleOf(name: string, ...Statement: PolicyStatement[]) {
  const Policies = [{ PolicyName: 'own', PolicyDocument: { Statement } }];
  return (await deploy('AWS::IAM::Role', { RoleName: name, Policies })).attributes.Arn;
}

const allow = (Action: string | string[], Resource: string): PolicyStatement => ({
  Effect: 'Allow',
  Action,
  Resource,
});

const addFunction = (FunctionName: string, Role: string | undefined) =>
  deploy('AWS::Lambda::Function', {
    FunctionName,
    Role,
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Timeout: 20,
    Code: { S3Bucket: 'assets', S3Key: 'code' },
  });

describe('a function', () => {
  it('that calls what its role does not allow is told so in the words of AWS', async () => {
    await addFunction('scan', await roleOf('scan', allow('dynamodb:GetItem', tableArn)));
    const { payload } = await aws.functions.invoke('scan', '{}');
    expect(JSON.parse(payload)).toEqual({
      status: 400,
      answer: {
        __type: 'AccessDeniedException',
        message: `User: arn:aws:sts::000000000000:assumed-role/scan/scan is not authorized to perform: dynamodb:Scan on resource: ${tableArn} because no identity-based policy allows the dynamodb:Scan action`,
      },
    });
    expect(await aws.observations.waitFor('denied', ({ caller }) => caller === 'scan')).toMatchObject({
      action: 'dynamodb:Scan',
      resource: tableArn,
    });
  });

  it('that calls what its role allows is answered', async () => {
    await addFunction('scan-allowed', await roleOf('scan-allowed', allow('dynamodb:Scan', tableArn)));
    const { payload } = await aws.functions.invoke('scan-allowed', '{}');
    expect(JSON.parse(payload)).toMatchObject({ status: 200, answer: { Count: 0 } });
  });
});

describe('requests under a role', () => {
  it('reach the queue’s allowed operations only', async () => {
    const sqs = new SQSClient(await settingsOf('sender', allow('sqs:SendMessage', queueArn)));
    const QueueUrl = `${aws.endpoint}/000000000000/orders`;
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'hello' }));
    await expect(sqs.send(new ReceiveMessageCommand({ QueueUrl }))).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('not authorized to perform: sqs:receivemessage'),
      $metadata: { httpStatusCode: 403 },
    });
    sqs.destroy();
  });

  it('publish the allowed events only, and none of a request that holds another', async () => {
    const Condition = {
      'ForAllValues:StringEquals': { 'events:source': ['shop'] },
      StringEquals: { 'events:detail-type': ['Paid'] },
    };
    const settings = await settingsOf('publisher', { ...allow('events:PutEvents', busArn), Condition });
    const events = new EventBridgeClient(settings);
    const put = (...types: string[]) =>
      events.send(
        new PutEventsCommand({
          Entries: types.map((DetailType) => ({ Source: 'shop', DetailType, Detail: '{}' })),
        }),
      );
    expect(await put('Paid')).toMatchObject({ FailedEntryCount: 0 });
    await expect(put('Paid', 'Lost')).rejects.toMatchObject({ name: 'AccessDeniedException' });
    const published = aws.observations.recent().filter(({ kind }) => kind === 'published');
    expect(published).toHaveLength(1);
    events.destroy();
  });

  it('are refused statement by statement in a batch of PartiQL', async () => {
    const dynamodb = new DynamoDBClient(await settingsOf('inserter', allow('dynamodb:PutItem', tableArn)));
    await dynamodb.send(new PutItemCommand({ TableName: 'tasks', Item: { id: { S: 'put' } } }));
    const Statement = { Statement: `INSERT INTO "tasks" VALUE {'id': ?}`, Parameters: [{ S: 'inserted' }] };
    const { Responses } = await dynamodb.send(new BatchExecuteStatementCommand({ Statements: [Statement] }));
    expect(Responses).toMatchObject([
      { Error: { Code: 'AccessDenied', Message: expect.stringContaining('dynamodb:PartiQLInsert') } },
    ]);
    dynamodb.destroy();
  });

  it('do not learn that an object is missing from a bucket they may not list', async () => {
    const reading = allow('s3:GetObject', 'arn:aws:s3:::uploads/in/*');
    const blind = new S3Client(await settingsOf('blind', reading));
    const seeing = new S3Client(
      await settingsOf('seeing', reading, allow('s3:ListBucket', 'arn:aws:s3:::uploads')),
    );
    const there = { Bucket: 'uploads', Key: 'in/a' };
    const gone = { Bucket: 'uploads', Key: 'in/b' };
    expect((await blind.send(new GetObjectCommand(there))).ContentLength).toBe(1);
    await expect(blind.send(new GetObjectCommand(gone))).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('s3:ListBucket on resource: "arn:aws:s3:::uploads"'),
    });
    await expect(blind.send(new HeadObjectCommand(gone))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 403 },
    });
    await expect(seeing.send(new GetObjectCommand(gone))).rejects.toMatchObject({ name: 'NoSuchKey' });
    await expect(
      seeing.send(new GetObjectCommand({ Bucket: 'uploads', Key: 'out/a' })),
    ).rejects.toMatchObject({ name: 'AccessDenied' });
    blind.destroy();
    seeing.destroy();
  });

  it('delete those of several objects that they may', async () => {
    const deleting = allow('s3:DeleteObject', 'arn:aws:s3:::uploads/out/*');
    const s3 = new S3Client(await settingsOf('deleter', deleting));
    const Objects = [{ Key: 'in/a' }, { Key: 'out/a' }];
    const answer = await s3.send(new DeleteObjectsCommand({ Bucket: 'uploads', Delete: { Objects } }));
    expect(answer.Deleted).toEqual([{ Key: 'out/a' }]);
    expect(answer.Errors).toMatchObject([{ Key: 'in/a', Code: 'AccessDenied' }]);
    s3.destroy();
  });
});

describe('an event source mapping', () => {
  const mapped = (FunctionName: string) =>
    deploy('AWS::Lambda::EventSourceMapping', { EventSourceArn: queueArn, FunctionName });
  const reading = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

  it.each([
    ['ReceiveMessage', []],
    ['DeleteMessage', reading.slice(0, 1)],
    ['GetQueueAttributes', reading.slice(0, 2)],
  ])('is refused while the role may not call %s', async (operation, actions) => {
    const name = `without-${operation}`;
    await addFunction(name, await roleOf(name, allow(actions, queueArn)));
    await expect(mapped(name)).rejects.toMatchObject({
      code: 'InvalidParameterValueException',
      message: `The provided execution role does not have permissions to call ${operation} on SQS`,
    });
  });

  it('is made when the role may read the queue', async () => {
    await addFunction('reader', await roleOf('reader', allow(reading, queueArn), allow('dynamodb:*', '*')));
    expect((await mapped('reader')).physicalId).toMatch(/^[0-9a-f-]{36}$/);
  });
});
