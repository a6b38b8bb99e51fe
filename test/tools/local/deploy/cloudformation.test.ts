import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudFormationClient,
  CreateChangeSetCommand,
  type CreateChangeSetCommandInput,
  CreateStackCommand,
  DeleteChangeSetCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  DescribeStackEventsCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  DetectStackDriftCommand,
  ExecuteChangeSetCommand,
  GetTemplateCommand,
  GetTemplateSummaryCommand,
  ListExportsCommand,
  ListStacksCommand,
  RollbackStackCommand,
  UpdateStackCommand,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteBucketCommand, DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateQueueCommand, DeleteQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Template } from '../../../../tools/local/deploy/template.ts';
import { type LocalAws, startLocalAws } from '../../../../tools/local/start-local-aws.ts';
import { clientSettings } from '../client-settings.ts';
import { openRestartedAws } from '../persistence/restarted-aws.ts';
import { synthesiseShop } from './fixture/synthesise-shop.ts';

const folder = mkdtempSync(join(tmpdir(), 'cloudformation-test-'));
let aws: LocalAws;
let cloudFormation: CloudFormationClient;
let sqs: SQSClient;
beforeAll(async () => {
  aws = await startLocalAws();
  cloudFormation = new CloudFormationClient(clientSettings(aws));
  sqs = new SQSClient(clientSettings(aws));
});
afterAll(async () => {
  cloudFormation.destroy();
  sqs.destroy();
  await aws.close();
  rmSync(folder, { recursive: true, force: true });
});

const statusOf = async (StackName: string) =>
  (await cloudFormation.send(new DescribeStacksCommand({ StackName }))).Stacks?.[0]?.StackStatus;

const queueNames = () => aws.queues.list().map(({ name }) => name);

// Each run of it is seconds of processor time, which others may want as well.
describe('the CDK CLI', { timeout: 120_000 }, () => {
  /** Runs the CDK CLI as it is installed, with no more than what the engine says of itself. */
  async function cdk(...args: readonly string[]): Promise<{ status: number; output: string }> {
    const cli = createRequire(import.meta.url).resolve('aws-cdk/bin/cdk');
    const child = spawn(process.execPath, [cli, ...args, '--no-notices', '--progress', 'events'], {
      cwd: folder,
      env: {
        PATH: process.env.PATH,
        NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
        ...aws.environment,
        AWS_CONFIG_FILE: '/dev/null',
        AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
        AWS_EC2_METADATA_DISABLED: 'true',
        CDK_HOME: join(folder, 'home'),
        CDK_DISABLE_CLI_TELEMETRY: 'true',
        CDK_DISABLE_VERSION_CHECK: 'true',
        NO_COLOR: '1',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString();
      });
    }
    const [status] = await once(child, 'close');
    return { status: Number(status), output };
  }
  const deploy = (assembly: string, ...more: readonly string[]) =>
    cdk('deploy', '--app', assembly, '--require-approval', 'never', ...more);
  const greet = async (event = {}) =>
    JSON.parse((await aws.functions.invoke('greet', JSON.stringify(event))).payload);
  const visibilityOf = (name: string) =>
    aws.queues
      .list()
      .find((queue) => queue.name === name)
      ?.visibilityTimeoutSeconds();

  // Somebody who waits, and lets the test know.
  const waiting = `exports.handler = async ({ port }) => {
    if (port) await new Promise((resolve) => require('node:net').connect(port, '127.0.0.1').once('data', resolve));
    return 'first';
  };`;
  const saying = (word: string) => `exports.handler = async () => '${word}';`;
  const first = join(folder, 'first');
  const second = join(folder, 'second');

  it('deploys, with code from an archive, and sees no difference then', async () => {
    const assembly = synthesiseShop(first, { code: waiting });
    expect(await deploy(assembly)).toMatchObject({ status: 0 });
    expect([await statusOf('shop'), await greet()]).toEqual(['CREATE_COMPLETE', 'first']);
    expect(await cdk('diff', '--app', assembly, '--fail')).toMatchObject({
      status: 0,
      output: expect.stringContaining('There were no differences'),
    });
  });

  it('updates in place, while what runs finishes on the old code', async () => {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const underWay = greet({ port: (server.address() as AddressInfo).port });
    const [socket] = await once(server, 'connection');

    const { url } = aws.queues.list().find(({ name }) => name === 'shop-orders') ?? {};
    const assembly = synthesiseShop(second, {
      code: saying('second'),
      visibilitySeconds: 90,
      addedQueue: 'shop-added',
    });
    expect(await deploy(assembly)).toMatchObject({ status: 0 });
    expect([await statusOf('shop'), await greet(), visibilityOf('shop-orders')]).toEqual([
      'UPDATE_COMPLETE',
      'second',
      90,
    ]);
    expect(aws.queues.list().find(({ name }) => name === 'shop-orders')?.url).toBe(url);
    expect(queueNames()).toContain('shop-added');

    socket.end('go');
    expect(await underWay).toBe('first');
    server.close();
  });

  it('names what failed and why, and everything is as it was before', async () => {
    const assembly = synthesiseShop(join(folder, 'broken'), {
      code: saying('broken'),
      visibilitySeconds: 30,
      addedQueue: 'not a name',
    });
    const { output, status } = await deploy(assembly);
    expect(status).toBe(1);
    expect(output).toMatch(/Added.*InvalidParameterValue/);
    expect([await statusOf('shop'), visibilityOf('shop-orders')]).toEqual(['UPDATE_ROLLBACK_COMPLETE', 90]);
    expect([queueNames(), await greet()]).toEqual([expect.arrayContaining(['shop-added']), 'second']);
  });

  it('destroys all but what is to be retained', async () => {
    const assembly = join(second, 'assembly');
    expect(await cdk('destroy', '--app', assembly, '--force')).toMatchObject({ status: 0 });
    await expect(statusOf('shop')).rejects.toThrow('Stack with id shop does not exist');
    expect(queueNames()).toEqual(['shop-ledger']);
    expect(aws.functions.has('greet')).toBe(false);
  });
});

const queue = (QueueName: string, more: object = {}): Template => ({
  Resources: { Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName }, ...more } },
});
const bodyOf = (template: Template) => JSON.stringify(template);
const create = (StackName: string, template: Template, more: object = {}) =>
  cloudFormation.send(new CreateStackCommand({ StackName, TemplateBody: bodyOf(template), ...more }));
const update = (StackName: string, template: Template, more: object = {}) =>
  cloudFormation.send(new UpdateStackCommand({ StackName, TemplateBody: bodyOf(template), ...more }));
const eventsOf = async (StackName: string) => {
  const { StackEvents = [] } = await cloudFormation.send(new DescribeStackEventsCommand({ StackName }));
  return StackEvents.reverse().map(
    ({ LogicalResourceId, ResourceStatus }) => `${LogicalResourceId} ${ResourceStatus}`,
  );
};

describe('a stack', () => {
  it('tells what it is made of, what it made and what happened to it', async () => {
    const StackName = 'told';
    const template: Template = {
      ...queue('told'),
      Description: 'one queue',
      Parameters: { Size: { Type: 'String', Default: 'small' } },
      Outputs: { Url: { Value: { Ref: 'Queue' }, Export: { Name: 'told-url' } } },
    };
    const { StackId } = await create(StackName, template, { Tags: [{ Key: 'team', Value: 'a' }] });
    const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: StackId }));
    const url = `${aws.endpoint}/${aws.accountId}/told`;
    expect(Stacks).toEqual([
      expect.objectContaining({
        StackId,
        StackName,
        Description: 'one queue',
        StackStatus: 'CREATE_COMPLETE',
        Parameters: [{ ParameterKey: 'Size', ParameterValue: 'small' }],
        Outputs: [{ OutputKey: 'Url', OutputValue: url, ExportName: 'told-url' }],
        Tags: [{ Key: 'team', Value: 'a' }],
      }),
    ]);
    expect(await eventsOf(StackName)).toEqual([
      'told CREATE_IN_PROGRESS',
      'Queue CREATE_IN_PROGRESS',
      'Queue CREATE_COMPLETE',
      'told CREATE_COMPLETE',
    ]);
    const { StackResources } = await cloudFormation.send(new DescribeStackResourcesCommand({ StackName }));
    expect(StackResources).toMatchObject([
      { LogicalResourceId: 'Queue', PhysicalResourceId: url, ResourceStatus: 'CREATE_COMPLETE' },
    ]);
    const { TemplateBody } = await cloudFormation.send(new GetTemplateCommand({ StackName }));
    expect(JSON.parse(TemplateBody ?? '')).toEqual(template);
    const { Exports } = await cloudFormation.send(new ListExportsCommand({}));
    expect(Exports).toEqual([{ ExportingStackId: StackId, Name: 'told-url', Value: url }]);
    const summary = await cloudFormation.send(new GetTemplateSummaryCommand({ StackName }));
    expect(summary).toMatchObject({ ResourceTypes: ['AWS::SQS::Queue'] });
  });

  it('takes its template from S3, at each of its addresses', async () => {
    const s3 = new S3Client({ ...clientSettings(aws), forcePathStyle: true });
    const Bucket = `cdk-hnb659fds-assets-${aws.accountId}-${aws.region}`;
    await s3.send(new PutObjectCommand({ Bucket, Key: 'a/b.json', Body: bodyOf(queue('from-s3')) }));
    s3.destroy();
    for (const TemplateURL of [
      `https://s3.us-east-1.amazonaws.com/${Bucket}/a/b.json`,
      `https://${Bucket}.s3.us-east-1.amazonaws.com/a/b.json`,
      `${aws.endpoint}/${Bucket}/a/b.json`,
    ]) {
      const { ResourceTypes } = await cloudFormation.send(new GetTemplateSummaryCommand({ TemplateURL }));
      expect(ResourceTypes).toEqual(['AWS::SQS::Queue']);
    }
  });

  it('whose creation fails is removed again, and says why', async () => {
    const Resources = {
      ...queue('half').Resources,
      Bad: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'not a name' } },
    };
    const { StackId } = await create('half', { Resources });
    expect(await statusOf('half')).toBe('ROLLBACK_COMPLETE');
    expect(queueNames()).not.toContain('half');
    expect((await eventsOf('half')).slice(-6)).toEqual([
      'Bad CREATE_IN_PROGRESS',
      'Bad CREATE_FAILED',
      'half ROLLBACK_IN_PROGRESS',
      'Queue DELETE_IN_PROGRESS',
      'Queue DELETE_COMPLETE',
      'half ROLLBACK_COMPLETE',
    ]);
    await expect(update('half', queue('half'))).rejects.toThrow(
      `Stack:${StackId} is in ROLLBACK_COMPLETE state and can not be updated.`,
    );
  });

  it('stays half updated when nobody wants it rolled back, until somebody does', async () => {
    await create('paused', queue('paused'));
    const Resources = {
      Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'paused', VisibilityTimeout: 99 } },
      Bad: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'not a name' } },
    };
    await update('paused', { Resources }, { DisableRollback: true });
    const found = aws.queues.byArn(`arn:aws:sqs:${aws.region}:${aws.accountId}:paused`);
    expect([await statusOf('paused'), found?.visibilityTimeoutSeconds()]).toEqual(['UPDATE_FAILED', 99]);
    await cloudFormation.send(new RollbackStackCommand({ StackName: 'paused' }));
    expect([await statusOf('paused'), found?.visibilityTimeoutSeconds()]).toEqual([
      'UPDATE_ROLLBACK_COMPLETE',
      30,
    ]);
  });

  it('is not deleted while it is protected; deleted, it is found by its id', async () => {
    const StackName = 'protected';
    const { StackId } = await create(StackName, queue(StackName), { EnableTerminationProtection: true });
    const remove = () => cloudFormation.send(new DeleteStackCommand({ StackName }));
    await expect(remove()).rejects.toThrow(
      'Stack [protected] cannot be deleted while TerminationProtection is enabled',
    );
    await cloudFormation.send(
      new UpdateTerminationProtectionCommand({ StackName, EnableTerminationProtection: false }),
    );
    await remove();
    // A stack that is not there is deleted.
    await remove();
    await expect(statusOf(StackName)).rejects.toThrow('does not exist');
    expect(await statusOf(StackId ?? '')).toBe('DELETE_COMPLETE');
    const { StackSummaries } = await cloudFormation.send(
      new ListStacksCommand({ StackStatusFilter: ['DELETE_COMPLETE'] }),
    );
    expect(StackSummaries?.map(({ StackId: id }) => id)).toContain(StackId);
  });

  it('whose deletion fails says what is in the way, and is deleted without it', async () => {
    const StackName = 'full';
    const Bucket = 'full-of-objects';
    await create(StackName, {
      Resources: { Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: Bucket } } },
    });
    const s3 = new S3Client({ ...clientSettings(aws), forcePathStyle: true });
    await s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'a' }));
    const without = new DeleteStackCommand({ StackName, RetainResources: ['Bucket'] });
    await expect(cloudFormation.send(without)).rejects.toThrow(
      'only when the stack is in the DELETE_FAILED state',
    );
    await cloudFormation.send(new DeleteStackCommand({ StackName }));
    expect(await statusOf(StackName)).toBe('DELETE_FAILED');
    await cloudFormation.send(without);
    await expect(statusOf(StackName)).rejects.toThrow('does not exist');
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    s3.destroy();
  });

  const named: Template['Resources'] = {
    Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'by-hand' } },
    Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'by-hand' } },
    Function: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        FunctionName: 'by-hand',
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Code: { ZipFile: 'exports.handler = async () => {};' },
      },
    },
    Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'by-hand' } },
    Table: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        TableName: 'by-hand',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      },
    },
  };

  it('has nothing that is there under the same name, and leaves that as it is', async () => {
    const { StackId } = await create('owner', { Resources: named });
    for (const [logicalId, resource] of Object.entries(named)) {
      const StackName = `other-${logicalId}`;
      await create(StackName, { Resources: { [logicalId]: resource } });
      expect(await statusOf(StackName)).toBe('ROLLBACK_COMPLETE');
      const { StackEvents = [] } = await cloudFormation.send(new DescribeStackEventsCommand({ StackName }));
      expect(StackEvents.flatMap(({ ResourceStatusReason: reason }) => reason ?? [])).toContainEqual(
        expect.stringContaining(`by-hand already exists in stack ${StackId}`),
      );
    }
    expect(queueNames()).toContain('by-hand');
    expect(aws.functions.has('by-hand')).toBe(true);
  });

  it('is deleted when somebody has removed by hand what it had', async () => {
    const s3 = new S3Client({ ...clientSettings(aws), forcePathStyle: true });
    const dynamodb = new DynamoDBClient(clientSettings(aws));
    await s3.send(new DeleteBucketCommand({ Bucket: 'by-hand' }));
    await sqs.send(new DeleteQueueCommand({ QueueUrl: `${aws.endpoint}/${aws.accountId}/by-hand` }));
    await dynamodb.send(new DeleteTableCommand({ TableName: 'by-hand' }));
    s3.destroy();
    dynamodb.destroy();
    await cloudFormation.send(new DeleteStackCommand({ StackName: 'owner' }));
    await expect(statusOf('owner')).rejects.toThrow('does not exist');
  });

  it('removes what another took the place of, and the other when that is taken back', async () => {
    const two = (name: string, second: string): Template => ({
      Resources: {
        ...queue(name).Resources,
        Second: { Type: 'AWS::SQS::Queue', Properties: { QueueName: second } },
      },
    });
    const there = () => queueNames().filter((name) => name.startsWith('turn-'));
    await create('turned', two('turn-1', 'turn-second'));
    await update('turned', two('turn-2', 'not a name'));
    expect([await statusOf('turned'), there()]).toEqual([
      'UPDATE_ROLLBACK_COMPLETE',
      ['turn-1', 'turn-second'],
    ]);
    await update('turned', two('turn-2', 'turn-second'));
    expect([await statusOf('turned'), there()]).toEqual(['UPDATE_COMPLETE', ['turn-second', 'turn-2']]);
    const resources = new DescribeStackResourcesCommand({
      StackName: 'turned',
      LogicalResourceId: 'Queue',
    });
    const { StackResources } = await cloudFormation.send(resources);
    expect(StackResources).toMatchObject([{ ResourceStatus: 'UPDATE_COMPLETE' }]);
  });

  it('that was deployed in process is the same', async () => {
    const assembly = synthesiseShop(join(folder, 'in-process'), { code: '' });
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'shop-ledger' }));
    await expect(aws.deploy(assembly)).rejects.toThrow('shop-ledger already exists');
    await sqs.send(new DeleteQueueCommand({ QueueUrl }));
    const done: string[] = [];
    let meanwhile: Promise<unknown> | undefined;
    const deployed = aws.deploy(assembly, () => {
      meanwhile ??= create('meanwhile', queue('meanwhile')).then(() => done.push('meanwhile'));
    });
    await Promise.all([deployed.then(() => done.push('shop')), deployed.then(() => meanwhile)]);
    expect(done).toEqual(['shop', 'meanwhile']);
    const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: 'shop' }));
    expect(Stacks).toMatchObject([
      { StackStatus: 'CREATE_COMPLETE', Description: 'a shop', Tags: [{ Key: 'team', Value: 'shop' }] },
    ]);
    const UsePreviousTemplate = true;
    const again = cloudFormation.send(new UpdateStackCommand({ StackName: 'shop', UsePreviousTemplate }));
    await expect(again).rejects.toThrow('No updates are to be performed.');
  });
});

describe('a change set', () => {
  const plan = async (input: Partial<CreateChangeSetCommandInput> & { StackName: string }) => {
    const ChangeSetName = 'planned';
    const { StackName } = input;
    await cloudFormation.send(new DeleteChangeSetCommand({ StackName, ChangeSetName })).catch(() => {});
    await cloudFormation.send(new CreateChangeSetCommand({ ChangeSetName, ...input }));
    return cloudFormation.send(new DescribeChangeSetCommand({ StackName, ChangeSetName }));
  };

  it('of a new stack makes nothing until it is executed', async () => {
    const StackName = 'reviewed';
    const TemplateBody = bodyOf(queue(StackName));
    const planned = await plan({ StackName, ChangeSetType: 'CREATE', TemplateBody });
    expect(planned).toMatchObject({
      Status: 'CREATE_COMPLETE',
      ExecutionStatus: 'AVAILABLE',
      Changes: [{ Type: 'Resource', ResourceChange: { Action: 'Add', LogicalResourceId: 'Queue' } }],
    });
    expect([await statusOf(StackName), queueNames().includes(StackName)]).toEqual([
      'REVIEW_IN_PROGRESS',
      false,
    ]);
    await cloudFormation.send(new ExecuteChangeSetCommand({ ChangeSetName: planned.ChangeSetId }));
    expect([await statusOf(StackName), queueNames().includes(StackName)]).toEqual(['CREATE_COMPLETE', true]);
  });

  it('says what is replaced, and what changes because of that', async () => {
    const StackName = 'replacing';
    const queueAndCopy = (name: string): Template => ({
      Resources: {
        ...queue(name, { UpdateReplacePolicy: 'Retain' }).Resources,
        Policy: {
          Type: 'AWS::SQS::QueuePolicy',
          Properties: { Queues: [{ Ref: 'Queue' }], PolicyDocument: { Statement: [] } },
        },
        Gone: { Type: 'AWS::SQS::Queue', Properties: { QueueName: `${StackName}-gone` } },
      },
    });
    await create(StackName, queueAndCopy('replacing-1'));
    const { Gone: _, ...Resources } = queueAndCopy('replacing-2').Resources ?? {};
    const { Changes } = await plan({ StackName, TemplateBody: bodyOf({ Resources }) });
    expect(Changes?.map(({ ResourceChange }) => ResourceChange)).toMatchObject([
      {
        Action: 'Modify',
        LogicalResourceId: 'Queue',
        Replacement: 'True',
        PolicyAction: 'ReplaceAndRetain',
        Details: [{ Target: { Name: 'QueueName', RequiresRecreation: 'Always' } }],
      },
      {
        Action: 'Modify',
        LogicalResourceId: 'Policy',
        Replacement: 'False',
        Details: [{ Target: { Name: 'Queues' }, CausingEntity: 'Queue' }],
      },
      { Action: 'Remove', LogicalResourceId: 'Gone', PolicyAction: 'Delete' },
    ]);
  });

  it('without changes fails, and cannot be executed', async () => {
    const StackName = 'same';
    await create(StackName, queue(StackName));
    const planned = await plan({ StackName, TemplateBody: bodyOf(queue(StackName)) });
    expect(planned).toMatchObject({
      Status: 'FAILED',
      ExecutionStatus: 'UNAVAILABLE',
      StatusReason:
        "The submitted information didn't contain changes. Submit different information to create a change set.",
    });
    const executed = cloudFormation.send(new ExecuteChangeSetCommand({ ChangeSetName: planned.ChangeSetId }));
    await expect(executed).rejects.toMatchObject({ name: 'InvalidChangeSetStatusException' });
  });

  it('is refused with all that is not supported, before anything is made', async () => {
    const TemplateBody = bodyOf({ Resources: { Topic: { Type: 'AWS::SNS::Topic' } } });
    const planned = plan({ StackName: 'refused', ChangeSetType: 'CREATE', TemplateBody });
    await expect(planned).rejects.toThrow(/nothing was deployed: .*\n {2}refused\/Topic \(AWS::SNS::Topic\)/);
    await expect(statusOf('refused')).rejects.toThrow('does not exist');
  });
});

it.each<[string, () => Promise<unknown>, string]>([
  [
    'a stack that is not there',
    () => statusOf('absent'),
    'ValidationError: Stack with id absent does not exist',
  ],
  [
    'a stack that is there already',
    async () => {
      await create('twice', queue('twice'));
      await create('twice', queue('twice'));
    },
    'AlreadyExistsException: Stack [twice] already exists',
  ],
  [
    'a template that is not JSON',
    () => cloudFormation.send(new CreateStackCommand({ StackName: 'yaml', TemplateBody: 'Resources:' })),
    'ValidationError: Template format error: the local CloudFormation reads JSON',
  ],
  [
    'parameters that the template has not, and values that it wants',
    () =>
      create(
        'parameters',
        { ...queue('parameters'), Parameters: { Size: { Type: 'String' } } },
        {
          Parameters: [{ ParameterKey: 'Colour', ParameterValue: 'red' }],
        },
      ),
    'ValidationError: Parameters: [Colour] do not exist in the template',
  ],
  [
    'a change set that is not there',
    () => cloudFormation.send(new DescribeChangeSetCommand({ ChangeSetName: 'absent' })),
    'ChangeSetNotFoundException: ChangeSet [absent] does not exist',
  ],
  [
    'what it does not look at',
    () => create('timed', queue('timed'), { TimeoutInMinutes: 5 }),
    'ValidationError: the local CloudFormation has no TimeoutInMinutes in CreateStack; it has ',
  ],
  [
    'an operation that it has not',
    () => cloudFormation.send(new DetectStackDriftCommand({ StackName: 'told' })),
    'InvalidAction: the local AWS has no operation DetectStackDrift here; it has ',
  ],
])('refuses %s', async (_, request, message) => {
  const error = await request().catch((thrown: unknown) => thrown);
  expect(String(error)).toContain(message);
});

it('outlives the engine with a data folder, functions and all', async () => {
  const engine = openRestartedAws();
  const before = await engine.restart();
  const StackName = 'kept';
  const stack: Template = {
    Resources: {
      ...queue('kept').Resources,
      Greet: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          FunctionName: 'kept',
          Runtime: 'nodejs24.x',
          Handler: 'index.handler',
          Code: { ZipFile: 'exports.handler = async () => process.env.QUEUE;' },
          Environment: { Variables: { QUEUE: { Ref: 'Queue' } } },
        },
      },
    },
  };
  const first = new CloudFormationClient(clientSettings(before.aws));
  const TemplateBody = bodyOf(stack);
  const { StackId } = await first.send(new CreateStackCommand({ StackName, TemplateBody }));
  first.destroy();

  const { aws: after } = await engine.restart();
  const second = new CloudFormationClient(clientSettings(after));
  const { Stacks } = await second.send(new DescribeStacksCommand({ StackName }));
  expect(Stacks).toMatchObject([{ StackId, StackStatus: 'CREATE_COMPLETE' }]);
  const { payload } = await after.functions.invoke('kept', '{}');
  expect(payload).toBe(`"${after.endpoint}/${after.accountId}/kept"`);
  const again = second.send(new UpdateStackCommand({ StackName, TemplateBody }));
  await expect(again).rejects.toThrow('No updates are to be performed.');
  second.destroy();
  await engine.remove();
});

it('has in process what a data folder has under its name, and not over the wire', async () => {
  const engine = openRestartedAws();
  const before = await engine.restart();
  await before.sqs.send(new CreateQueueCommand({ QueueName: 'shop-ledger' }));
  const client = new CloudFormationClient(clientSettings(before.aws));
  const StackName = 'wired';
  await client.send(new CreateStackCommand({ StackName, TemplateBody: bodyOf(queue('shop-ledger')) }));
  const { Stacks } = await client.send(new DescribeStacksCommand({ StackName }));
  expect(Stacks).toMatchObject([{ StackStatus: 'ROLLBACK_COMPLETE' }]);
  client.destroy();
  const { stacks } = await before.aws.deploy(synthesiseShop(join(folder, 'adopting'), { code: '' }));
  expect(stacks.map(({ name }) => name)).toEqual(['shop']);
  await engine.remove();
});

describe('a role', () => {
  const assume = async (role: string) => {
    const sts = new STSClient(clientSettings(aws));
    const RoleArn = `arn:aws:iam::${aws.accountId}:role/${role}`;
    const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'me' }));
    const assumed = new STSClient({
      ...clientSettings(aws),
      credentials: {
        accessKeyId: Credentials?.AccessKeyId ?? '',
        secretAccessKey: Credentials?.SecretAccessKey ?? '',
        sessionToken: Credentials?.SessionToken,
      },
    });
    return (await assumed.send(new GetCallerIdentityCommand({}))).Arn;
  };

  it('of CDK’s bootstrap binds nobody, one of a template does, and others do not exist', async () => {
    expect(await assume(`cdk-hnb659fds-deploy-role-${aws.accountId}-${aws.region}`)).toMatch(/:user\/user$/);
    await create('roles', {
      Resources: { Role: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'bound' } } },
    });
    expect(await assume('bound')).toMatch(/:assumed-role\/bound\/me$/);
    await expect(assume('absent')).rejects.toThrow(
      /not authorized to perform: sts:AssumeRole on resource: .*absent/,
    );
  });
});
