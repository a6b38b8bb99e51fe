import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type DeployedApp,
  type DeployProgress,
  deployAssembly,
} from '../../../../tools/local/deploy/deploy-assembly.ts';
import { createStackStore, type StackStore } from '../../../../tools/local/deploy/stack-store.ts';
import type { Template } from '../../../../tools/local/deploy/template.ts';
import { UserError } from '../../../../tools/user-error.ts';
import { type OpenFunctions, openFunctions } from '../function/open-functions.ts';
import { synthesiseFixture } from './fixture/synthesise-fixture.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'deploy-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const outdir = (name: string) => path.join(folder, name);

/** Writes an assembly by hand, with what CDK's own checks would complain about: one stack named `odd`. */
function writeAssembly(name: string, template: Template): string {
  const artifact = { type: 'aws:cloudformation:stack', properties: { templateFile: 'odd.template.json' } };
  mkdirSync(outdir(name));
  writeFileSync(path.join(outdir(name), 'manifest.json'), JSON.stringify({ artifacts: { odd: artifact } }));
  writeFileSync(path.join(outdir(name), 'odd.template.json'), JSON.stringify(template));
  return outdir(name);
}

const queueNamed = (QueueName: unknown) => ({ Type: 'AWS::SQS::Queue', Properties: { QueueName } });

const deploy = (aws: OpenFunctions, assemblyDir: string, store?: StackStore) =>
  deployAssembly({ assemblyDir, services: aws.services, engine: aws.engine, store });

describe('an app', () => {
  let aws: OpenFunctions;
  let app: DeployedApp;
  const progress: DeployProgress[] = [];
  let store: StackStore;
  beforeAll(async () => {
    aws = await openFunctions();
    store = createStackStore(aws.engine);
    const { engine, services } = aws;
    const assemblyDir = synthesiseFixture(outdir('first'));
    app = await deployAssembly({
      assemblyDir,
      services,
      engine,
      store,
      onProgress: (each) => progress.push(each),
    });
  });
  afterAll(() => aws.close());

  it('deploys stack by stack in the order of their dependencies, those of its stages too', () => {
    expect(app.stacks.map(({ name }) => name)).toEqual(['stage-nested', 'shop-queues', 'shop-consumer']);
  });

  it('makes each resource after those that it refers to', () => {
    const types = progress.filter(({ stackName }) => stackName === 'shop-consumer').map(({ type }) => type);
    expect(types).toEqual([
      'AWS::IAM::Role',
      'AWS::IAM::Policy',
      'AWS::Lambda::Function',
      'AWS::Lambda::EventSourceMapping',
    ]);
  });

  it('runs: a message reaches the function, with what an import and an export carried', async () => {
    const orders = aws.queues.byArn('arn:aws:sqs:us-east-1:000000000000:orders');
    const sent = orders?.send({ body: 'one' }, { kind: 'user', name: 'user' });
    const { done } = await aws.observations.waitFor('settled', ({ queue }) => queue === 'orders');
    expect(done).toEqual([sent?.messageId]);
    const { payload } = await aws.functions.invoke('echo', '{}');
    expect(JSON.parse(payload)).toEqual({ greeting: 'hello', queueUrl: orders?.url });
  });

  it('names a resource without a name in CloudFormation’s manner, leaves out what its condition forbids, and keeps the outputs', () => {
    const queues = app.stacks.find(({ name }) => name === 'shop-queues');
    const names = Object.values(queues?.resources ?? {}).map(({ attributes }) => attributes.QueueName);
    expect(names).toEqual([expect.stringMatching(/^shop-queues-DeadLetters\w{8}-[0-9A-F]{12}$/), 'orders']);
    expect(queues?.outputs).toMatchObject({ OrdersArn: 'arn:aws:sqs:us-east-1:000000000000:orders' });
  });

  it('gives each role its policies', () => {
    const role = app.stacks
      .flatMap(({ resources }) => Object.values(resources))
      .find(({ attributes }) => attributes.Arn?.includes(':role/'));
    const actions = aws.identities
      .policiesOf(role?.attributes.Arn ?? '')
      ?.flatMap(({ Statement }) => Statement)
      .flatMap(({ Action = [] }) => Action);
    expect(actions).toEqual(
      expect.arrayContaining(['logs:PutLogEvents', 'sqs:ReceiveMessage', 'sqs:DeleteMessage']),
    );
  });

  it('is updated in place: what changed, and nothing else', async () => {
    const actions: string[] = [];
    const { engine, services } = aws;
    const assemblyDir = synthesiseFixture(outdir('second'), {
      greeting: 'hi',
      hasSpareQueue: true,
      maxConcurrency: 2,
    });
    const updated = await deployAssembly({
      assemblyDir,
      services,
      engine,
      store,
      onProgress: ({ action, type }) => actions.push(`${action} ${type}`),
    });
    expect(actions.filter((action) => !action.startsWith('unchanged'))).toEqual([
      'deployed AWS::SQS::Queue',
      'deployed AWS::Lambda::Function',
      'deployed AWS::Lambda::EventSourceMapping',
    ]);
    const idsOf = ({ stacks }: DeployedApp) =>
      stacks.flatMap(({ resources }) => Object.values(resources)).map(({ physicalId }) => physicalId);
    expect(idsOf(updated)).toEqual(expect.arrayContaining(idsOf(app)));
    expect(JSON.parse((await aws.functions.invoke('echo', '{}')).payload).greeting).toBe('hi');
  });

  it('loses what left its templates', async () => {
    const before = aws.queues.list().length;
    await deploy(aws, synthesiseFixture(outdir('third')), store);
    expect(aws.queues.list()).toHaveLength(before - 1);
    expect(aws.queues.list().some(({ name }) => name.includes('Spare'))).toBe(false);
  });
});

describe('a refusal', () => {
  let aws: OpenFunctions;
  beforeAll(async () => {
    aws = await openFunctions();
  });
  afterAll(() => aws.close());

  it('names everything that is not supported in one error, before anything is deployed', async () => {
    const assemblyDir = writeAssembly('unsupported', {
      Transform: 'AWS::Serverless-2016-10-31',
      Parameters: { Unset: { Type: 'String' } },
      Resources: {
        Fine: { Type: 'AWS::SQS::Queue' },
        Parametrised: queueNamed({ Ref: 'Unset' }),
        Topic: { Type: 'AWS::SNS::Topic' },
        Policy: { Type: 'AWS::IAM::Policy', Properties: { PolicyDocument: {}, Users: ['me'] } },
        Image: {
          Type: 'AWS::Lambda::Function',
          Properties: { PackageType: 'Image', Code: { ImageUri: 'repository' }, Layers: ['layer'] },
        },
        Python: {
          Type: 'AWS::Lambda::Function',
          Properties: {
            Runtime: 'python3.13',
            Description: { 'Fn::Transform': {} },
            Environment: { Variables: { SECRET: '{{resolve:secretsmanager:x}}' } },
          },
        },
        Mapping: {
          Type: 'AWS::Lambda::EventSourceMapping',
          Properties: { DestinationConfig: {}, ScalingConfig: { Least: 1 } },
        },
      },
    });
    const error = await deploy(aws, assemblyDir).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    const [first, ...lines] = String(error.message).split('\n');
    expect(first).toBe('nothing was deployed: the local AWS does not support these 12 things:');
    expect(lines.slice(0, 12)).toEqual([
      '  odd Transform',
      '  odd/Unset (parameter) without a default',
      '  odd/Topic (AWS::SNS::Topic)',
      '  odd/Policy (AWS::IAM::Policy) property Users',
      '  odd/Image (AWS::Lambda::Function) property Layers',
      '  odd/Image (AWS::Lambda::Function) property PackageType (container images are not run here: use Zip)',
      '  odd/Image (AWS::Lambda::Function) property Code.ImageUri',
      '  odd/Python (AWS::Lambda::Function) property Runtime python3.13 (supported: nodejs22.x, nodejs24.x)',
      '  odd/Python (AWS::Lambda::Function) function Fn::Transform',
      '  odd/Python (AWS::Lambda::Function) dynamic reference {{resolve:secretsmanager:x}}',
      '  odd/Mapping (AWS::Lambda::EventSourceMapping) property DestinationConfig',
      '  odd/Mapping (AWS::Lambda::EventSourceMapping) property ScalingConfig.Least',
    ]);
    expect(lines.at(-1)).toMatch(/^Supported types: .*AWS::SQS::Queue/);
    expect(aws.queues.list()).toEqual([]);
  });

  it.each<[string, string, Template['Resources']]>([
    [
      'a resource that AWS refuses',
      'odd/Long (AWS::SQS::Queue) could not be deployed: InvalidParameterValue: The queue name ',
      { Long: queueNamed('not a name') },
    ],
    [
      'an attribute that a resource has not',
      'odd/Asking (AWS::SQS::Queue) could not be deployed: Asked has no attribute Colour here; it has ',
      { Asking: queueNamed({ 'Fn::GetAtt': ['Asked', 'Colour'] }), Asked: { Type: 'AWS::SQS::Queue' } },
    ],
    [
      'an import that nothing exports',
      'odd/Importing (AWS::SQS::Queue) could not be deployed: nothing exports absent; there are no exports',
      { Importing: queueNamed({ 'Fn::ImportValue': 'absent' }) },
    ],
    [
      'a role with an unknown managed policy',
      'odd/Role (AWS::IAM::Role) could not be deployed: NoSuchEntity: Policy arn:aws:iam::aws:policy/Admin does not exist here',
      {
        Role: {
          Type: 'AWS::IAM::Role',
          Properties: { ManagedPolicyArns: ['arn:aws:iam::aws:policy/Admin'] },
        },
      },
    ],
    [
      'an asset that the assembly does not hold',
      'odd/Function (AWS::Lambda::Function) could not be deployed: the assembly in ',
      { Function: { Type: 'AWS::Lambda::Function', Properties: { Code: { S3Key: 'absent.zip' } } } },
    ],
    [
      'resources that depend on each other',
      'the resources of odd depend on each other in a circle: A → B → A. Break it.',
      { A: queueNamed({ Ref: 'B' }), B: { Type: 'AWS::SQS::Queue', DependsOn: ['A'] } },
    ],
  ])('of %s names stack, logical id, type and cause', async (title, message, Resources) => {
    const deployed = deploy(aws, writeAssembly(title.replaceAll(' ', '-'), { Resources }));
    await expect(deployed).rejects.toThrow(message);
    await expect(deployed).rejects.toBeInstanceOf(UserError);
  });

  it('of a failed deployment leaves what was made, and the next one goes on from there', async () => {
    const store = createStackStore(aws.engine);
    const half = { Good: queueNamed('good'), Second: queueNamed('not a name') };
    await expect(deploy(aws, writeAssembly('half', { Resources: half }), store)).rejects.toThrow(
      'odd/Second',
    );
    const whole = { ...half, Second: queueNamed('second') };
    const { stacks } = await deploy(aws, writeAssembly('whole', { Resources: whole }), store);
    expect(Object.keys(stacks[0]?.resources ?? {})).toEqual(['Good', 'Second']);
  });

  it('of a folder that cdk synth did not write says what is missing', async () => {
    await expect(deploy(aws, folder)).rejects.toThrow(/manifest\.json cannot be read: .*cdk synth/);
  });
});
