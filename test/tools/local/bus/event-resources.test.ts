import {
  DescribeArchiveCommand,
  DescribeEventBusCommand,
  DescribeRuleCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
} from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Events, entry, openEvents } from './open-events.ts';

let events: Events;
let queue: string;

beforeEach(async () => {
  events = await openEvents();
  queue = events.queue('heard');
  await events.deploy('AWS::Events::EventBus', { Name: 'app' });
});

afterEach(() => events.close());

const ruleProperties = (more: object = {}) => ({
  Name: 'hear',
  EventBusName: 'app',
  EventPattern: { source: ['app'], detail: { n: [1] } },
  State: 'ENABLED',
  Targets: [{ Id: 'Target0', Arn: queue }],
  ...more,
});

describe('a deployed bus', () => {
  it('is known by its name and ARN, and updated in place', async () => {
    const deployed = await events.deploy('AWS::Events::EventBus', { Name: 'app', Description: 'ours' });
    expect(deployed).toEqual({
      physicalId: 'app',
      attributes: { Arn: 'arn:aws:events:us-east-1:000000000000:event-bus/app', Name: 'app' },
    });
    expect(await events.client.send(new DescribeEventBusCommand({ Name: 'app' }))).toMatchObject({
      Description: 'ours',
    });
  });

  it('leaves with its template', async () => {
    await events.remove('AWS::Events::EventBus', 'app');
    await expect(events.client.send(new DescribeEventBusCommand({ Name: 'app' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('has exactly the statements of its own policy', async () => {
    const statement = {
      Sid: 'own',
      Effect: 'Allow',
      Principal: '*',
      Action: 'events:PutEvents',
      Resource: '*',
    };
    const deploy = (Policy: unknown) => events.deploy('AWS::Events::EventBus', { Name: 'app', Policy });
    await deploy({ Version: '2012-10-17', Statement: { ...statement, Sid: 'earlier' } });
    await deploy({ Version: '2012-10-17', Statement: [statement] });
    const { Policy = '' } = await events.client.send(new DescribeEventBusCommand({ Name: 'app' }));
    expect(JSON.parse(Policy).Statement).toEqual([statement]);
    await expect(deploy({ Version: '2012-10-17' })).rejects.toThrow('at least one statement');
  });

  it('keeps the statement of a bus policy', async () => {
    const Statement = { Effect: 'Allow', Principal: '*', Action: 'events:PutEvents', Resource: '*' };
    const { physicalId } = await events.deploy('AWS::Events::EventBusPolicy', {
      EventBusName: 'app',
      StatementId: 's1',
      Statement,
    });
    const policy = async () =>
      (await events.client.send(new DescribeEventBusCommand({ Name: 'app' }))).Policy;
    expect(JSON.parse((await policy()) ?? '').Statement).toEqual([{ ...Statement, Sid: 's1' }]);
    await events.remove('AWS::Events::EventBusPolicy', physicalId);
    expect(await policy()).toBeUndefined();
  });
});

describe('a deployed rule', () => {
  it('hears on the bus that it names by name or by ARN', async () => {
    const byName = await events.deploy('AWS::Events::Rule', ruleProperties());
    expect(byName).toEqual({
      physicalId: 'app|hear',
      attributes: { Arn: 'arn:aws:events:us-east-1:000000000000:rule/app/hear' },
    });
    const byArn = ruleProperties({
      Name: 'hear-too',
      EventBusName: 'arn:aws:events:us-east-1:000000000000:event-bus/app',
    });
    await events.deploy('AWS::Events::Rule', byArn);
    await events.put({ ...entry, EventBusName: 'app' });
    await events.observations.waitFor('delivered', ({ rule }) => rule === 'hear');
    await events.observations.waitFor('delivered', ({ rule }) => rule === 'hear-too');
  });

  it('takes the generated name when it has none, and is known by it on the default bus', async () => {
    const deployed = await events.deploy(
      'AWS::Events::Rule',
      ruleProperties({ Name: undefined, EventBusName: undefined }),
    );
    expect(deployed).toEqual({
      physicalId: 'stack-Resource-1A2B3C',
      attributes: { Arn: 'arn:aws:events:us-east-1:000000000000:rule/stack-Resource-1A2B3C' },
    });
  });

  it('has exactly the targets of its latest template', async () => {
    const dlq = events.queue('dlq');
    await events.deploy('AWS::Events::Rule', ruleProperties());
    const target = {
      Id: 'Target1',
      Arn: queue,
      DeadLetterConfig: { Arn: dlq },
      RetryPolicy: { MaximumRetryAttempts: 3 },
    };
    await events.deploy('AWS::Events::Rule', ruleProperties({ Targets: [target] }));
    const { Targets } = await events.client.send(
      new ListTargetsByRuleCommand({ Rule: 'hear', EventBusName: 'app' }),
    );
    expect(Targets).toEqual([target]);
  });

  it('leaves with its template, targets and all', async () => {
    const { physicalId } = await events.deploy('AWS::Events::Rule', ruleProperties());
    await events.remove('AWS::Events::Rule', physicalId);
    expect((await events.client.send(new ListRulesCommand({ EventBusName: 'app' }))).Rules).toEqual([]);
  });

  it('refuses a target that would not be delivered to', async () => {
    const topic = 'arn:aws:sns:us-east-1:000000000000:topic';
    await expect(
      events.deploy('AWS::Events::Rule', ruleProperties({ Targets: [{ Id: 't', Arn: topic }] })),
    ).rejects.toThrow(topic);
  });

  it('refuses a bus that is not there', async () => {
    await expect(
      events.deploy('AWS::Events::Rule', ruleProperties({ EventBusName: 'none' })),
    ).rejects.toThrow('Event bus none does not exist.');
    await expect(events.client.send(new DescribeRuleCommand({ Name: 'hear' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});

describe('a deployed archive', () => {
  it('keeps what its pattern wants, and leaves with its template', async () => {
    const properties = {
      ArchiveName: 'kept',
      SourceArn: 'arn:aws:events:us-east-1:000000000000:event-bus/app',
      EventPattern: { account: ['000000000000'] },
      RetentionDays: 30,
    };
    expect(await events.deploy('AWS::Events::Archive', properties)).toEqual({
      physicalId: 'kept',
      attributes: { Arn: 'arn:aws:events:us-east-1:000000000000:archive/kept' },
    });
    await events.deploy('AWS::Events::Rule', ruleProperties());
    await events.put({ ...entry, EventBusName: 'app' });
    await events.observations.waitFor('delivered');
    await events.deploy('AWS::Events::Archive', { ...properties, RetentionDays: 7 });
    const describeArchive = new DescribeArchiveCommand({ ArchiveName: 'kept' });
    expect(await events.client.send(describeArchive)).toMatchObject({ EventCount: 1, RetentionDays: 7 });
    await events.remove('AWS::Events::Archive', 'kept');
    await expect(events.client.send(describeArchive)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});
