import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  UpdateStackCommand,
  UpdateTerminationProtectionCommand,
  waitUntilStackCreateComplete,
  waitUntilStackUpdateComplete,
} from '@aws-sdk/client-cloudformation';
import { CreateTableCommand, DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type System, startSystem } from '../../../tools/start-system.ts';
import { openCli } from '../commands/start-cli.ts';

let system: System;
let cloudFormation: CloudFormationClient;
let sqs: SQSClient;
let dynamo: DynamoDBClient;

beforeAll(async () => {
  system = await startSystem();
  const { endpoint, region } = system.aws;
  const settings = { endpoint, region, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
  cloudFormation = new CloudFormationClient(settings);
  sqs = new SQSClient(settings);
  dynamo = new DynamoDBClient(settings);
}, 120_000);

afterAll(async () => {
  for (const client of [cloudFormation, sqs, dynamo]) client.destroy();
  await system.close();
});

describe('a deployed system', { timeout: 60_000 }, () => {
  it('differs in nothing from the sources it was deployed from', async () => {
    const { code, stderr, stdout } = await start('diff', '--exit-code').ended;
    expect(stderr).toBe(`On the local AWS at ${system.aws.endpoint}, stage dev.\n`);
    expect(stdout).toMatch(/^ {2}No differences: \d+ stacks as in the sources\.\n$/);
    expect(code).toBe(0);
  });

  it('has exactly the consumer named that somebody has changed, and a deployment puts it right', async () => {
    await update('fanbus-dev-gather-verdict', (template) =>
      template.replace('"MemorySize": 256', '"MemorySize": 512'),
    );
    const { code, stdout } = await start('diff', '--exit-code', '--json').ended;
    expect(code).toBe(1);
    const { changedConsumers, stacks } = JSON.parse(stdout);
    expect(changedConsumers).toEqual(['gather-verdict']);
    const differences = stacks.filter(({ fate }: { fate: string }) => fate !== 'unchanged');
    expect(differences).toEqual([
      expect.objectContaining({
        name: 'gather-verdict',
        changes: [
          { resource: 'function fanbus-dev-gather-verdict', what: 'memory', from: '512 MB', to: '256 MB' },
        ],
      }),
    ]);

    // Nobody may do more and nothing is lost, so nobody is asked.
    const deployed = await start('deploy').ended;
    expect(deployed.stdout).toContain('  1 existing consumer changes: gather-verdict.\n');
    expect(deployed.stdout).toMatch(/✔ gather-verdict +\d+\.\d s {2}1\/1\n/);
    expect(deployed.stdout).toContain(`  API   ${system.apiUrl}\n`);
    expect(deployed.code).toBe(0);
    expect(await templateOf('fanbus-dev-gather-verdict')).toContain('"MemorySize": 256');
  });

  it('is not destroyed while one of its stacks is protected', async () => {
    const StackName = 'fanbus-dev-bus';
    const protect = (EnableTerminationProtection: boolean) =>
      cloudFormation.send(new UpdateTerminationProtectionCommand({ StackName, EnableTerminationProtection }));
    await protect(true);
    const { code, stderr } = await start('destroy', '--yes').ended;
    await protect(false);
    expect(stderr).toContain('fanbus: fanbus-dev-bus is protected against deletion');
    expect(stderr).toContain(
      `--no-enable-termination-protection --stack-name fanbus-dev-bus --endpoint-url ${system.aws.endpoint}\n`,
    );
    expect(code).toBe(1);
  });

  it('has what the sources no longer have named, and destroyed by name', async () => {
    const StackName = 'fanbus-dev-forgotten';
    const Resources = { Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: StackName } } };
    await cloudFormation.send(
      new CreateStackCommand({ StackName, TemplateBody: JSON.stringify({ Resources }) }),
    );
    await waitUntilStackCreateComplete(
      { client: cloudFormation, minDelay: 0.1, maxWaitTime: 20 },
      { StackName },
    );
    const { stderr } = await start('deploy', 'forgotten').ended;
    expect(stderr).toContain(
      'forgotten is not in the sources any more: to remove it, npx fanbus destroy forgotten',
    );
    const { code, stdout } = await start('destroy', 'forgotten', '--yes', '--json').ended;
    expect(JSON.parse(stdout)).toMatchObject({
      destroyed: [{ name: 'forgotten', contents: [{ holds: '0 messages' }] }],
    });
    expect(code).toBe(0);
    await expect(cloudFormation.send(new DescribeStacksCommand({ StackName }))).rejects.toThrow(
      'does not exist',
    );
  });

  it('loses a consumer by name, with what waited for it, and gets it back', async () => {
    const { QueueUrl } = await sqs.send(
      new GetQueueUrlCommand({ QueueName: system.names.deadLetters('label-item') }),
    );
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'left' }));
    const asked = await start('destroy', 'label-item').ended;
    expect(asked.stdout).toMatch(/queue +fanbus-dev-label-item-dlq +1 message\n/);
    expect(asked.stderr).toContain('fanbus: Destroy label-item on the local AWS');
    expect(asked.stderr).toContain('Nobody is here to ask: add --yes.\n');
    expect(asked.code).toBe(1);
    expect(await start('destroy', 'label-item', '--yes').ended).toMatchObject({ code: 0 });
    const QueueName = system.names.consumer('label-item');
    await expect(sqs.send(new GetQueueUrlCommand({ QueueName }))).rejects.toThrow('does not exist');

    const refused = await start('deploy', 'label-item').ended;
    expect(refused.stderr).toMatch(/\d+ permissions will be added\. Nobody is here to ask: add --yes\.\n$/);
    expect(refused.code).toBe(1);
    const { code, stdout } = await start('deploy', 'label-item', '--yes').ended;
    expect(stdout).toContain('  No existing consumer changes.\n');
    expect(stdout).toContain('npx fanbus replay plan --consumer label-item');
    expect(code).toBe(0);
    await sqs.send(new GetQueueUrlCommand({ QueueName }));
  });
});

describe('a stage from nothing', { timeout: 120_000 }, () => {
  it('is destroyed whole, also after a Ctrl-C, fails to deploy on what is in the way, and says how things stand', async () => {
    const interrupted = start('destroy', '--yes');
    await interrupted.until(/✔ api .* gone/);
    interrupted.kill('SIGINT');
    const { code: ended, stderr: said } = await interrupted.ended;
    expect(said).toContain('fanbus: stopped. CloudFormation may go on with ');
    expect(ended).toBe(130);
    const destroyed = await start('destroy', '--yes').ended;
    expect(destroyed.stdout).toMatch(/✔ bus +\d+\.\d s {2}gone\n$/);
    expect(destroyed.code).toBe(0);
    expect((await cloudFormation.send(new DescribeStacksCommand())).Stacks).toEqual([]);

    await dynamo.send(
      new CreateTableCommand({
        TableName: system.names.itemsTable,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'a', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'a', KeyType: 'HASH' }],
      }),
    );
    const { code, stderr } = await start('deploy', '--yes', 'store-item').ended;
    expect(stderr).toMatch(
      /fanbus: the deployment failed: fanbus-dev-items-data: AWS::DynamoDB::Table \w+: .*exists/,
    );
    expect(stderr).toContain('\n  bus: deployed.\n  items-data: rolled back; nothing of it is there.');
    expect(stderr).toContain('\n  store-item: not begun.\n');
    expect(code).toBe(1);
    await dynamo.send(new DeleteTableCommand({ TableName: system.names.itemsTable }));
  });

  it('is deployed to its end after a Ctrl-C half-way, which leaves nothing behind', async () => {
    const cli = start('deploy', '--yes');
    await cli.until(/✔ [\w-]+ +\d+\.\d s {2}1\//);
    cli.kill('SIGINT');
    const { code, stderr } = await cli.ended;
    expect(stderr).toContain(
      'fanbus: stopped waiting. CloudFormation goes on with the stacks that it has begun',
    );
    expect(code).toBe(130);
    expect(cli.leftovers()).toEqual([]);
    expect(cli.processes()).toEqual([]);

    const again = await start('deploy', '--yes').ended;
    expect(again).toMatchObject({ code: 0 });
    expect(await start('diff', '--exit-code').ended).toMatchObject({ code: 0 });
  });
});

describe('wrong use', () => {
  it.each([
    [
      'deploy',
      ['make-thumbnail'],
      'there is no consumer or stack "make-thumbnail". Did you mean "make-thumbnails"?',
    ],
    ['destroy', ['bis'], 'no consumer or stack "bis" is deployed there. Did you mean "bus"'],
    ['diff', ['--context', 'issuer'], '--context issuer is no KEY=VALUE'],
    ['diff', ['--yes'], 'Unknown option \'--yes\'. "fanbus diff" takes CONSUMER, --stage'],
  ])('refuses %s %j', async (command, words, message) => {
    const { code, stderr } = await start(command, ...words).ended;
    expect(stderr).toContain(message);
    expect(code).toBe(1);
  });

  it.each(['diff', 'deploy', 'destroy'])('has help with an example: fanbus %s', async (command) => {
    const { stdout } = await openCli([command, '--help']).ended;
    expect(stdout).toContain(`Example: npx fanbus ${command} make-thumbnails`);
    for (const option of ['--stage', '--profile', '--region', '--json']) expect(stdout).toContain(option);
  });
});

function start(command: string, ...words: readonly string[]) {
  return openCli([command, ...words, '--endpoint', system.aws.endpoint]);
}

async function update(StackName: string, edit: (template: string) => string): Promise<void> {
  const TemplateBody = edit(await templateOf(StackName));
  await cloudFormation.send(
    new UpdateStackCommand({ StackName, TemplateBody, Capabilities: ['CAPABILITY_IAM'] }),
  );
  await waitUntilStackUpdateComplete(
    { client: cloudFormation, minDelay: 0.1, maxWaitTime: 20 },
    { StackName },
  );
}

async function templateOf(StackName: string): Promise<string> {
  const { TemplateBody = '{}' } = await cloudFormation.send(new GetTemplateCommand({ StackName }));
  return JSON.stringify(JSON.parse(TemplateBody), undefined, 1);
}
