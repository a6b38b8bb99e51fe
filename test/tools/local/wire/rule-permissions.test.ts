import {
  CreateEventBusCommand,
  EventBridgeClient,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  type Target,
} from '@aws-sdk/client-eventbridge';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalAws, startLocalAws } from '../../../../tools/local/start-local-aws.ts';
import { user } from '../../../../tools/local/wire/callers.ts';
import { clientSettings } from '../client-settings.ts';
import { declare } from '../declare-resource.ts';

let aws: LocalAws;
let events: EventBridgeClient;
let sqs: SQSClient;
let count = 0;

beforeAll(async () => {
  aws = await startLocalAws();
  events = new EventBridgeClient(clientSettings(aws));
  sqs = new SQSClient(clientSettings(aws));
});

afterAll(async () => {
  events.destroy();
  sqs.destroy();
  await aws.close();
});

const arnOf = (rest: string) => `arn:aws:${rest.replace('::', ':us-east-1:000000000000:')}`;

/** Makes a queue that lets EventBridge send for this rule, or for none. Returns its ARN. */
async function makeQueue(name: string, ruleName?: string): Promise<string> {
  const Resource = arnOf(`sqs::${name}`);
  const Statement = {
    Effect: 'Allow',
    Principal: { Service: 'events.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource,
    Condition: { ArnEquals: { 'aws:SourceArn': arnOf(`events::rule/${ruleName}`) } },
  };
  const Attributes = ruleName === undefined ? undefined : { Policy: JSON.stringify({ Statement }) };
  await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes }));
  return Resource;
}

/** Makes a rule for a source of its own, with this target, and publishes one event for it. */
async function publishTo(name: string, target: Partial<Target>): Promise<void> {
  await events.send(new PutRuleCommand({ Name: name, EventPattern: JSON.stringify({ source: [name] }) }));
  const targets = [{ Id: 'target', Arn: undefined, ...target }];
  await events.send(new PutTargetsCommand({ Rule: name, Targets: targets }));
  await publish(name);
}

const publish = (Source: string) =>
  events.send(new PutEventsCommand({ Entries: [{ Source, DetailType: 'Said', Detail: '{}' }] }));

const delivered = (rule: string) => aws.observations.waitFor('delivered', (seen) => seen.rule === rule);
const undeliverable = (rule: string, target?: string) =>
  aws.observations.waitFor(
    'undeliverable',
    (seen) => seen.rule === rule && (target === undefined || seen.target === target),
  );

async function makeRole(name: string, Action: string, Resource: string): Promise<string | undefined> {
  const Statement = { Effect: 'Allow', Action, Resource };
  const Policies = [{ PolicyName: 'own', PolicyDocument: { Statement } }];
  const provider = aws.identities.resources['AWS::IAM::Role'];
  const role = await provider?.deploy(declare('AWS::IAM::Role', { RoleName: name, Policies }));
  return role?.attributes.Arn;
}

describe('a rule', () => {
  it('delivers to a queue whose policy names it', async () => {
    await publishTo('named', { Arn: await makeQueue('naming', 'named') });
    await delivered('named');
  });

  it('is not let in by a queue without a policy: the event goes to the dead-letter queue', async () => {
    const deadLetters = await makeQueue('silent-dlq', 'unnamed');
    const Arn = await makeQueue('silent');
    await publishTo('unnamed', { Arn, DeadLetterConfig: { Arn: deadLetters } });
    await aws.observations.waitFor('dead-lettered', ({ queue }) => queue === 'silent-dlq');
    const [message] = aws.queues.byArn(deadLetters)?.receive(10, user) ?? [];
    expect(message?.messageAttributes).toMatchObject({
      ERROR_CODE: { StringValue: 'NO_PERMISSIONS' },
      ERROR_MESSAGE: { StringValue: expect.stringContaining('because no resource-based policy allows') },
      RETRY_ATTEMPTS: { StringValue: '0' },
    });
  });

  it('is not let in by a queue that names another rule', async () => {
    await publishTo('stranger', { Arn: await makeQueue('other', 'somebody') });
    expect(await undeliverable('stranger')).toMatchObject({ code: 'NO_PERMISSIONS' });
  });

  it('loses the event when the dead-letter queue does not let it in either', async () => {
    const deadLetters = await makeQueue('closed-dlq');
    const Arn = await makeQueue('closed');
    await publishTo('shut-out', { Arn, DeadLetterConfig: { Arn: deadLetters } });
    expect(await undeliverable('shut-out', deadLetters)).toMatchObject({ code: 'NO_PERMISSIONS' });
    expect(aws.queues.byArn(deadLetters)?.depth().visible).toBe(0);
  });

  it('delivers under its target’s role, whatever the queue’s policy says', async () => {
    const Arn = await makeQueue('by-role');
    await publishTo('under-role', { Arn, RoleArn: await makeRole('may-send', 'sqs:SendMessage', Arn) });
    await delivered('under-role');
    await publishTo('under-poor-role', {
      Arn,
      RoleArn: await makeRole('may-not', 'sqs:ReceiveMessage', Arn),
    });
    expect(await undeliverable('under-poor-role')).toMatchObject({ code: 'NO_PERMISSIONS' });
  });

  it('forwards to a bus that its target’s role may put events on', async () => {
    await events.send(new CreateEventBusCommand({ Name: 'app' }));
    const Arn = arnOf('events::event-bus/app');
    await publishTo('forward', { Arn, RoleArn: await makeRole('may-put', 'events:PutEvents', Arn) });
    await delivered('forward');
    const elsewhere = await makeRole('may-put-elsewhere', 'events:PutEvents', `${Arn}-2`);
    await publishTo('forward-denied', { Arn, RoleArn: elsewhere });
    expect(await undeliverable('forward-denied')).toMatchObject({ code: 'NO_PERMISSIONS' });
  });
});

describe('a function', () => {
  /** Deploys a function, whose code nobody runs. Returns its ARN. */
  async function addFunction(): Promise<string> {
    count += 1;
    const properties = {
      FunctionName: `listen-${count}`,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: arnOf('iam::role/listen'),
      Code: { S3Bucket: 'assets', S3Key: 'code' },
    };
    const resource = declare('AWS::Lambda::Function', properties, { asset: () => import.meta.dirname });
    const deployed = await aws.functions.resources['AWS::Lambda::Function']?.deploy(resource);
    return deployed?.attributes.Arn ?? '';
  }

  const permission = (FunctionName: string, ruleName: string) =>
    declare('AWS::Lambda::Permission', {
      FunctionName,
      Action: 'lambda:InvokeFunction',
      Principal: 'events.amazonaws.com',
      SourceArn: arnOf(`events::rule/${ruleName}`),
    });

  /** Calls Lambda's REST API. */
  async function lambda(method: string, path: string, body?: object) {
    const authorization = 'AWS4-HMAC-SHA256 Credential=local/20261121/us-east-1/lambda/aws4_request';
    const url = `${aws.endpoint}/2015-03-31/functions/${path}`;
    const init = { method, headers: { authorization }, body: body && JSON.stringify(body) };
    const response = await fetch(url, init);
    const text = await response.text();
    return { status: response.status, answer: text === '' ? undefined : JSON.parse(text) };
  }

  it('is invoked for the rule that its template’s permission names, and for no other', async () => {
    const Arn = await addFunction();
    const provider = aws.functions.resources['AWS::Lambda::Permission'];
    const deployed = await provider?.deploy(permission(Arn, 'listening'));
    await publishTo('listening', { Arn });
    await delivered('listening');
    await publishTo('eavesdropping', { Arn });
    expect(await undeliverable('eavesdropping')).toMatchObject({
      code: 'NO_PERMISSIONS',
      message: expect.stringContaining(`lambda:InvokeFunction on resource: ${Arn}`),
    });
    await provider?.remove(deployed?.physicalId ?? '');
    await publish('listening');
    await undeliverable('listening');
  });

  it('is opened to a rule by AddPermission, and closed by RemovePermission', async () => {
    const Arn = await addFunction();
    const name = Arn.split(':').at(-1);
    const input = {
      StatementId: 'by-hand',
      Action: 'lambda:InvokeFunction',
      Principal: 'events.amazonaws.com',
      SourceArn: arnOf('events::rule/added'),
    };
    const added = await lambda('POST', `${name}/policy`, input);
    const statement = {
      Sid: 'by-hand',
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'lambda:InvokeFunction',
      Resource: Arn,
      Condition: { ArnLike: { 'AWS:SourceArn': input.SourceArn } },
    };
    expect({ ...added, answer: JSON.parse(added.answer.Statement) }).toEqual({
      status: 201,
      answer: statement,
    });
    const { answer } = await lambda('GET', `${name}/policy`);
    expect(JSON.parse(answer.Policy).Statement).toEqual([statement]);
    expect(await lambda('POST', `${name}/policy`, input)).toMatchObject({ status: 409 });
    await publishTo('added', { Arn });
    await delivered('added');
    expect(await lambda('DELETE', `${name}/policy/by-hand`)).toEqual({ status: 204, answer: undefined });
    expect(await lambda('DELETE', `${name}/policy/by-hand`)).toMatchObject({ status: 404 });
    expect(await lambda('GET', `${name}/policy`)).toMatchObject({ status: 404 });
    await publish('added');
    await undeliverable('added');
  });
});

it('refuses a queue’s policy that is none', async () => {
  const Attributes = { Policy: 'open' };
  await expect(sqs.send(new CreateQueueCommand({ QueueName: 'bad', Attributes }))).rejects.toMatchObject({
    name: 'InvalidAttributeValue',
    message: 'Invalid value for the parameter Policy.',
  });
});
