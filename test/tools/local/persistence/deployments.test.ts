import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { DeployProgress } from '../../../../tools/local/deploy/deploy-assembly.ts';
import type { LocalAws } from '../../../../tools/local/start-local-aws.ts';
import { user } from '../../../../tools/local/wire/callers.ts';
import { synthesiseFixture } from '../deploy/fixture/synthesise-fixture.ts';
import { openRestartedAws, type RestartedAws } from './restarted-aws.ts';

let engine: RestartedAws;
let assemblies: string;

beforeEach(() => {
  engine = openRestartedAws();
  assemblies = mkdtempSync(join(tmpdir(), 'fanbus-assemblies-'));
});
afterEach(async () => {
  await engine.remove();
  rmSync(assemblies, { recursive: true, force: true });
});

it('updates what is kept in place and makes the rest anew', async () => {
  const assembly = synthesiseFixture(join(assemblies, 'app'));
  const before = await engine.restart();
  const first = await before.aws.deploy(assembly);
  queueNamed(before.aws, 'DeadLetters').send({ body: 'kept' }, user);
  queueNamed(before.aws, 'orders').send({ body: 'waiting', delaySeconds: 900 }, user);

  const after = await engine.restart();
  const progress: DeployProgress[] = [];
  const second = await after.aws.deploy(assembly, (each) => progress.push(each));
  const actions = new Map(progress.map(({ type, action }) => [type, action]));
  expect(Object.fromEntries(actions)).toEqual({
    'AWS::SQS::Queue': 'unchanged',
    'AWS::IAM::Role': 'deployed',
    'AWS::IAM::Policy': 'deployed',
    'AWS::Lambda::Function': 'deployed',
    'AWS::Lambda::EventSourceMapping': 'deployed',
  });
  const namesOf = ({ stacks }: typeof first) => stacks.flatMap(({ resources }) => Object.keys(resources));
  expect(namesOf(second)).toEqual(namesOf(first));
  expect(queueNamed(after.aws, 'DeadLetters').receive(10, user)).toMatchObject([{ body: 'kept' }]);

  // The function is fed by its queue again, at the address of today.
  const { payload } = await after.aws.functions.invoke('echo', '{"Records":[]}');
  expect(payload).toContain(after.aws.endpoint);
  after.aws.clock.advance(900_000);
  await after.aws.observations.waitFor('settled', ({ done }) => done.length === 1);
});

it('removes what has left the template since', async () => {
  const before = await engine.restart();
  await before.aws.deploy(synthesiseFixture(join(assemblies, 'with'), { hasSpareQueue: true }));
  expect(queueNamed(before.aws, 'Spare').depth().visible).toBe(0);

  const after = await engine.restart();
  const progress: DeployProgress[] = [];
  await after.aws.deploy(synthesiseFixture(join(assemblies, 'without')), (each) => progress.push(each));
  expect(progress.filter(({ action }) => action === 'removed').map(({ type }) => type)).toEqual([
    'AWS::SQS::Queue',
  ]);
  expect(() => queueNamed(after.aws, 'Spare')).toThrow('no queue');
  expect(() => queueNamed(after.aws, 'orders')).not.toThrow();
});

it('leaves alone what somebody has changed by hand since, as AWS does', async () => {
  const assembly = synthesiseFixture(join(assemblies, 'app'));
  const before = await engine.restart();
  await before.aws.deploy(assembly);
  await before.sqs.send(
    new SetQueueAttributesCommand({
      QueueUrl: queueNamed(before.aws, 'orders').url,
      Attributes: { VisibilityTimeout: '90' },
    }),
  );

  const after = await engine.restart();
  await after.aws.deploy(assembly);
  expect(queueNamed(after.aws, 'orders').visibilityTimeoutSeconds()).toBe(90);
});

it('goes on with an asynchronous invocation once its function is there again', async () => {
  const assembly = synthesiseFixture(join(assemblies, 'app'));
  const before = await engine.restart();
  await before.aws.deploy(assembly);
  before.aws.faults.inject({ hop: 'function', effect: 'throttle' });
  before.aws.functions.invokeLater('echo', '{}');
  await before.aws.observations.waitFor('faulted');

  const after = await engine.restart();
  await after.aws.deploy(assembly);
  await after.aws.observations.waitFor('invoked', ({ function: name }) => name === 'echo');

  // It came to its end, so it does not come again.
  const last = await engine.restart();
  await last.aws.deploy(assembly);
  await last.aws.functions.invoke('echo', '{"last":true}');
  expect(last.aws.observations.recent().filter(({ kind }) => kind === 'invoked')).toHaveLength(1);
});

function queueNamed(aws: LocalAws, part: string) {
  const queue = aws.queues.list().find(({ name }) => name.includes(part));
  if (queue) return queue;
  throw new Error(`no queue has ${part} in its name`);
}
