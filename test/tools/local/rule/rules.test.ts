import {
  CreateEventBusCommand,
  DeleteRuleCommand,
  DescribeRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  ListRuleNamesByTargetCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  type Target,
  TestEventPatternCommand,
} from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Events, entry, openEvents } from '../bus/open-events.ts';

let events: Events;
let queue: string;
let count = 0;

beforeAll(async () => {
  events = await openEvents();
  queue = events.queue('heard');
  await events.client.send(new CreateEventBusCommand({ Name: 'app' }));
});

afterAll(() => events.close());

const EventPattern = '{"source":["app"]}';
const freshName = () => {
  count += 1;
  return `rule-${count}`;
};
const putRule = async (more: object = {}) => {
  const Name = freshName();
  await events.client.send(new PutRuleCommand({ Name, EventPattern, ...more }));
  return Name;
};
const putTargets = (Rule: string, ...Targets: Target[]) =>
  events.client.send(new PutTargetsCommand({ Rule, Targets }));

describe('a rule', () => {
  it('has an ARN that names its bus unless that is the default one', async () => {
    const { RuleArn } = await events.client.send(new PutRuleCommand({ Name: 'r', EventPattern }));
    expect(RuleArn).toBe('arn:aws:events:us-east-1:000000000000:rule/r');
    const onApp = await events.client.send(
      new PutRuleCommand({ Name: 'r', EventBusName: 'app', EventPattern }),
    );
    expect(onApp.RuleArn).toBe('arn:aws:events:us-east-1:000000000000:rule/app/r');
  });

  it('is described with what it was given', async () => {
    const Name = await putRule({ Description: 'hears' });
    const { $metadata: _, ...described } = await events.client.send(new DescribeRuleCommand({ Name }));
    expect(described).toEqual({
      Name,
      Arn: `arn:aws:events:us-east-1:000000000000:rule/${Name}`,
      CreatedBy: '000000000000',
      Description: 'hears',
      EventBusName: 'default',
      EventPattern,
      State: 'ENABLED',
    });
  });

  it('keeps its targets when it is put again, and follows its new pattern', async () => {
    const Name = await putRule();
    await putTargets(Name, { Id: 't', Arn: queue });
    await events.client.send(new PutRuleCommand({ Name, EventPattern: '{"source":["changed"]}' }));
    const { Targets } = await events.client.send(new ListTargetsByRuleCommand({ Rule: Name }));
    expect(Targets).toEqual([{ Id: 't', Arn: queue }]);
    await events.put(entry, { ...entry, Source: 'changed' });
    await events.observations.waitFor('delivered', ({ rule }) => rule === Name);
    expect(events.take(queue).map(({ body }) => JSON.parse(body).source)).toEqual(['changed']);
  });

  it('hears nothing while it is disabled', async () => {
    const Name = await putRule({ State: 'DISABLED', EventPattern: '{"source":["quiet"]}' });
    await events.put({ ...entry, Source: 'quiet' });
    await events.client.send(new EnableRuleCommand({ Name }));
    await events.put({ ...entry, Source: 'quiet' });
    await events.observations.waitFor('matched', ({ rule }) => rule === Name);
    await events.client.send(new DisableRuleCommand({ Name }));
    await events.put({ ...entry, Source: 'quiet' });
    expect((await events.client.send(new DescribeRuleCommand({ Name }))).State).toBe('DISABLED');
    const matched = events.observations.recent().filter((one) => one.kind === 'matched' && one.rule === Name);
    expect(matched).toHaveLength(1);
  });

  it('is listed by prefix, page by page', async () => {
    for (const name of ['page-1', 'page-2', 'page-3']) {
      await events.client.send(new PutRuleCommand({ Name: name, EventPattern }));
    }
    const first = await events.client.send(new ListRulesCommand({ NamePrefix: 'page-', Limit: 2 }));
    expect(first.Rules?.map(({ Name }) => Name)).toEqual(['page-1', 'page-2']);
    const last = await events.client.send(
      new ListRulesCommand({ NamePrefix: 'page-', Limit: 2, NextToken: first.NextToken }),
    );
    expect(last.Rules?.map(({ Name }) => Name)).toEqual(['page-3']);
    expect(last.NextToken).toBeUndefined();
  });

  it('refuses to be deleted while it has targets', async () => {
    const Name = await putRule();
    await putTargets(Name, { Id: 't', Arn: queue });
    await expect(events.client.send(new DeleteRuleCommand({ Name }))).rejects.toMatchObject({
      name: 'ValidationException',
      message: "Rule can't be deleted since it has targets.",
    });
    await events.client.send(new RemoveTargetsCommand({ Rule: Name, Ids: ['t'] }));
    await events.client.send(new DeleteRuleCommand({ Name }));
    await expect(events.client.send(new DescribeRuleCommand({ Name }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: `Rule ${Name} does not exist on EventBus default.`,
    });
  });

  it.each([
    [{ EventBusName: 'nowhere' }, 'ResourceNotFoundException', 'Event bus nowhere does not exist.'],
    [
      { EventBusName: 'app', ScheduleExpression: 'rate(1 minute)' },
      'ValidationException',
      'ScheduleExpression is supported only on the default event bus.',
    ],
    [
      { ScheduleExpression: 'rate(1 minute)' },
      'ValidationException',
      'ScheduleExpression "rate(1 minute)" is not supported by the local engine: it has no scheduled rules. Give an EventPattern, or leave the rule out here.',
    ],
    [
      { Name: 'a b' },
      'ValidationException',
      "1 validation error detected: Value 'a b' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+",
    ],
    [
      { EventPattern: '{"source":"app"}' },
      'InvalidEventPatternException',
      'Event pattern is not valid. Reason: "source" must be an object or an array\n at [Source: (String)"{"source":"app"}"; line: 1, column: 12]',
    ],
  ])('refuses %j', async (more, name, message) => {
    const rule = new PutRuleCommand({ Name: 'refused', EventPattern, ...more });
    await expect(events.client.send(rule)).rejects.toMatchObject({ name, message });
  });

  it('refuses a pattern of more than 2,048 characters', async () => {
    const pattern = (length: number) => `{"source":["${'x'.repeat(length - '{"source":[""]}'.length)}"]}`;
    await putRule({ EventPattern: pattern(2048) });
    await expect(putRule({ EventPattern: pattern(2049) })).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });
});

describe('targets', () => {
  it('are found by what they point at', async () => {
    const arn = events.queue('found');
    const Name = await putRule();
    await putTargets(Name, { Id: 't', Arn: arn }, { Id: 'u', Arn: arn });
    const found = await events.client.send(new ListRuleNamesByTargetCommand({ TargetArn: arn }));
    expect(found.RuleNames).toEqual([Name]);
    const none = await events.client.send(new ListRuleNamesByTargetCommand({ TargetArn: `${arn}-not` }));
    expect(none.RuleNames).toEqual([]);
  });

  it('are replaced by a target with the same id', async () => {
    const Name = await putRule();
    expect(await putTargets(Name, { Id: 't', Arn: queue })).toMatchObject({
      FailedEntryCount: 0,
      FailedEntries: [],
    });
    await putTargets(Name, { Id: 't', Arn: `${queue}-2` });
    const { Targets } = await events.client.send(new ListTargetsByRuleCommand({ Rule: Name }));
    expect(Targets).toEqual([{ Id: 't', Arn: `${queue}-2` }]);
  });

  it('refuse to be more than five', async () => {
    const Name = await putRule();
    const targets = Array.from({ length: 6 }, (_, index) => ({ Id: `t${index}`, Arn: queue }));
    await expect(putTargets(Name, ...targets)).rejects.toMatchObject({
      name: 'LimitExceededException',
      message: 'The requested resource exceeds the maximum number allowed.',
    });
    await putTargets(Name, ...targets.slice(0, 5));
  });

  const topic = 'arn:aws:sns:us-east-1:000000000000:topic';
  const bus = 'arn:aws:events:us-east-1:000000000000:event-bus/app';
  const RoleArn = 'arn:aws:iam::000000000000:role/forward';
  it.each<[string, Target, string]>([
    [
      'an id with a slash',
      { Id: 'a/b', Arn: 'arn:aws:sqs:::q' },
      "1 validation error detected: Value 'a/b' at 'targets.1.member.id' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+",
    ],
    [
      'an id of 65 characters',
      { Id: 'i'.repeat(65), Arn: 'arn:aws:sqs:::q' },
      `1 validation error detected: Value '${'i'.repeat(65)}' at 'targets.1.member.id' failed to satisfy constraint: Member must have length less than or equal to 64`,
    ],
    [
      'what is no ARN',
      { Id: 't', Arn: 'queue' },
      'Parameter queue is not valid. Reason: Provided Arn is not in correct format.',
    ],
    [
      'a service that is not here',
      { Id: 't', Arn: topic },
      `Target t is not supported here: the local engine delivers to SQS queues, Lambda functions, log groups, API destinations and event buses, not to ${topic}.`,
    ],
    [
      'parameters of another service',
      { Id: 't', Arn: 'arn:aws:sqs:us-east-1:000000000000:q', KinesisParameters: { PartitionKeyPath: '$' } },
      'Target t is not supported here: KinesisParameters has no effect in the local engine.',
    ],
    [
      'a FIFO queue without a message group',
      { Id: 't', Arn: 'arn:aws:sqs:us-east-1:000000000000:q.fifo' },
      'Parameter(s) SqsParameters must be specified for target: t.',
    ],
    [
      'parameters of HTTP for a queue',
      { Id: 't', Arn: 'arn:aws:sqs:us-east-1:000000000000:q', HttpParameters: {} },
      'Target t is not supported here: HttpParameters are for API destinations, not for arn:aws:sqs:us-east-1:000000000000:q.',
    ],
    ['a bus without a role', { Id: 't', Arn: bus }, `RoleArn is required for target ${bus}.`],
    [
      'a bus with an input',
      { Id: 't', Arn: bus, RoleArn, Input: '{}' },
      `Modifying the input for target ${bus} is not supported.`,
    ],
    [
      'too many retries',
      { Id: 't', Arn: 'arn:aws:sqs:us-east-1:000000000000:q', RetryPolicy: { MaximumRetryAttempts: 186 } },
      "1 validation error detected: Value '186' at 'targets.1.member.retryPolicy.maximumRetryAttempts' failed to satisfy constraint: Member must have value less than or equal to 185",
    ],
  ])('refuse %s', async (_what, target, message) => {
    const Name = await putRule();
    await expect(putTargets(Name, target)).rejects.toMatchObject({ name: 'ValidationException', message });
  });
});

describe('TestEventPattern', () => {
  const test = (Event: unknown, pattern = '{"source":["app"]}') =>
    events.client.send(new TestEventPatternCommand({ Event: JSON.stringify(Event), EventPattern: pattern }));
  const sample = { id: '1', account: '0', source: 'app', time: 't', region: 'r', 'detail-type': 'Said' };

  it('tells whether a whole event matches', async () => {
    expect((await test(sample)).Result).toBe(true);
    expect((await test({ ...sample, source: 'other' })).Result).toBe(false);
  });

  it('refuses an event without the envelope', async () => {
    const { region: _, ...rest } = sample;
    await expect(test(rest)).rejects.toMatchObject({ message: 'Parameter Event is not valid.' });
    await expect(test([])).rejects.toMatchObject({ message: 'Parameter Event is not valid.' });
  });

  it('refuses a bad pattern', async () => {
    await expect(test(sample, '{}')).rejects.toMatchObject({ name: 'InvalidEventPatternException' });
  });
});
