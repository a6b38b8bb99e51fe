import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateEventBusCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type LocalAws, startLocalAws } from '../../../tools/local/start-local-aws.ts';
import { openTarget } from '../../../tools/target/open-target.ts';
import { readConsumers, requireConsumer } from '../../../tools/target/read-consumers.ts';
import { announceEngine, findEngines } from '../../../tools/target/running-engines.ts';

let aws: LocalAws;
beforeAll(async () => {
  aws = await startLocalAws();
});
afterAll(() => aws.close());

describe('where a command works', () => {
  it('is the local AWS at the endpoint given, and says so', async () => {
    const target = await openTarget({ endpoint: `${aws.endpoint}/` }, {});
    expect(target).toMatchObject({
      kind: 'local',
      label: `the local AWS at ${aws.endpoint}, stage dev`,
      accountId: aws.accountId,
      names: { bus: 'fanbus-dev', uploadsBucket: `fanbus-dev-uploads-${aws.accountId}-us-east-1` },
      settings: { endpoint: aws.endpoint },
      options: [`--endpoint ${aws.endpoint}`],
    });
  });

  it('is the one of this shell, whatever profile the shell has', async () => {
    const environment = { AWS_ENDPOINT_URL: aws.endpoint, AWS_PROFILE: 'production' };
    expect(await openTarget({ stage: 'qat' }, environment)).toMatchObject({
      kind: 'local',
      options: ['--stage qat'],
      settings: { credentials: { accessKeyId: 'local' } },
    });
  });

  it.each([
    [{ endpoint: 'https://events.eu-west-1.amazonaws.com' }, 'is not HTTP: without --profile or --region'],
    [{ endpoint: 'http://10.0.0.1:80' }, '"10.0.0.1" is not this machine'],
    [{ endpoint: 'http://127.0.0.1:1' }, 'nothing answers at http://127.0.0.1:1: start npx fanbus local'],
    [{ stage: 'live' }, '--stage live is none: the stages are dev, qat, prd.'],
    [{ endpoint: 'http://127.0.0.1:1', region: 'eu-west-1' }, 'give the one or the other'],
  ])('refuses %j', async (given, message) => {
    await expect(openTarget(given, {})).rejects.toThrow(message);
  });
});

describe('the engines that run', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'engines-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('are found until they end', () => {
    const engine = { endpoint: 'http://127.0.0.1:4566', region: 'us-east-1', stage: 'dev' };
    const withdraw = announceEngine(engine, folder);
    expect(findEngines(folder)).toEqual([{ ...engine, pid: process.pid }]);
    withdraw();
    expect(findEngines(folder)).toEqual([]);
  });

  it('are not those that were killed', () => {
    // No process has this number.
    writeFileSync(join(folder, 'x.json'), JSON.stringify({ endpoint: 'http://127.0.0.1:1', pid: 2 ** 30 }));
    writeFileSync(join(folder, 'y.json'), '{"endpo');
    expect(findEngines(folder)).toEqual([]);
  });
});

describe('the consumers of a bus', () => {
  it('are the queues that its rules feed, with their dead-letter queues', async () => {
    const target = await openTarget({ endpoint: aws.endpoint }, {});
    const events = new EventBridgeClient(target.settings);
    const sqs = new SQSClient(target.settings);
    const arn = (name: string) => `arn:aws:sqs:us-east-1:${aws.accountId}:${name}`;
    await events.send(new CreateEventBusCommand({ Name: 'fanbus-dev' }));
    await sqs.send(new CreateQueueCommand({ QueueName: 'fanbus-dev-read-dlq' }));
    const RedrivePolicy = JSON.stringify({
      deadLetterTargetArn: arn('fanbus-dev-read-dlq'),
      maxReceiveCount: 5,
    });
    await sqs.send(new CreateQueueCommand({ QueueName: 'fanbus-dev-read', Attributes: { RedrivePolicy } }));
    await sqs.send(new CreateQueueCommand({ QueueName: 'orders' }));
    await sqs.send(new CreateQueueCommand({ QueueName: 'fanbus-temporary-x' }));
    const EventBusName = 'fanbus-dev';
    for (const [Name, queue, source] of [
      ['read-1', 'fanbus-dev-read', 'a'],
      ['read-2', 'fanbus-dev-read', 'b'],
      ['orders', 'orders', 'c'],
      ['gone', 'no-such-queue', 'd'],
      ['fanbus-temporary-x', 'fanbus-temporary-x', 'e'],
    ] as const) {
      const EventPattern = JSON.stringify({ source: [source] });
      await events.send(new PutRuleCommand({ Name, EventBusName, EventPattern }));
      const Targets = [{ Id: 'queue', Arn: arn(queue) }];
      await events.send(new PutTargetsCommand({ Rule: Name, EventBusName, Targets }));
    }
    const consumers = await readConsumers(target);
    expect(consumers).toMatchObject([
      { name: 'orders', queue: { name: 'orders' }, rules: [{ pattern: '{"source":["c"]}' }] },
      {
        name: 'read',
        queue: { url: `${aws.endpoint}/${aws.accountId}/fanbus-dev-read` },
        deadLetters: { name: 'fanbus-dev-read-dlq' },
        rules: [
          { name: 'read-1', isEnabled: true },
          { name: 'read-2', pattern: '{"source":["b"]}' },
        ],
      },
    ]);
    expect(() => requireConsumer(consumers, 'red')).toThrow('Did you mean "read"?');
    await expect(readConsumers({ ...target, names: { ...target.names, bus: 'no' } })).rejects.toThrow(
      'there is no event bus no: is this the stage, and is it deployed?',
    );
    events.destroy();
    sqs.destroy();
  });
});
