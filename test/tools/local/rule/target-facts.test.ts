import {
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  type Target,
} from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Events, entry, openEvents } from '../bus/open-events.ts';

let events: Events;

beforeAll(async () => {
  events = await openEvents();
});

afterAll(() => events.close());

/** Puts an event of this source, and waits until so many targets have it. */
async function putTo(source: string, deliveries: number): Promise<string | undefined> {
  const { Entries } = await events.put({ ...entry, Source: source });
  const eventId = Entries?.[0]?.EventId;
  const delivered = () =>
    events.observations.recent().filter((seen) => seen.kind === 'delivered' && seen.eventId === eventId);
  await events.observations.waitFor('delivered', () => delivered().length === deliveries);
  return eventId;
}

const putTargets = (Rule: string, ...Targets: Target[]) =>
  events.client.send(new PutTargetsCommand({ Rule, Targets }));

describe('two rules', () => {
  it('that match one event and have one queue send it two messages of the same event id', async () => {
    const queue = events.queue('both');
    const pattern = { source: ['both'] };
    await events.rule({ name: 'both-1', pattern, target: { Arn: queue } });
    await events.rule({ name: 'both-2', pattern, target: { Arn: queue } });
    const eventId = await putTo('both', 2);
    expect(events.take(queue).map(({ body }) => JSON.parse(body).id)).toEqual([eventId, eventId]);
  });

  it('have each a target of the same id', async () => {
    const queues = [events.queue('same-1'), events.queue('same-2')];
    for (const [n, Arn] of queues.entries()) {
      await events.rule({ name: `same-${n}`, pattern: { source: ['same'] }, target: { Id: 'one', Arn } });
    }
    await putTo('same', 2);
    expect(queues.map((queue) => events.take(queue).length)).toEqual([1, 1]);
    const { Targets } = await events.client.send(new ListTargetsByRuleCommand({ Rule: 'same-0' }));
    expect(Targets).toEqual([{ Id: 'one', Arn: queues[0] }]);
  });
});

describe('two targets', () => {
  it('of one rule may point at the same queue under two ids', async () => {
    const queue = events.queue('twice');
    await events.rule({ name: 'twice', pattern: { source: ['twice'] }, target: { Id: 'a', Arn: queue } });
    await putTargets('twice', { Id: 'b', Arn: queue });
    await putTo('twice', 2);
    expect(events.take(queue)).toHaveLength(2);
  });

  it('of one rule have each an input of its own', async () => {
    const queue = events.queue('inputs');
    await events.rule({ name: 'inputs', pattern: { source: ['inputs'] }, target: { Id: 'a', Arn: queue } });
    await putTargets(
      'inputs',
      { Id: 'b', Arn: queue, InputPath: '$.detail.n' },
      { Id: 'c', Arn: queue, Input: '"fixed"' },
      { Id: 'd', Arn: queue, InputTransformer: { InputTemplate: '"<aws.events.rule-name>"' } },
    );
    const eventId = await putTo('inputs', 4);
    const bodies = events.take(queue).map(({ body }) => body);
    expect(bodies).toHaveLength(4);
    expect(bodies).toEqual(
      expect.arrayContaining(['1', '"fixed"', '"inputs"', expect.stringContaining(`"id":"${eventId}"`)]),
    );
  });
});

it('lists rules without who created them', async () => {
  await events.client.send(new PutRuleCommand({ Name: 'listed', EventPattern: '{"source":["x"]}' }));
  const { Rules } = await events.client.send(new ListRulesCommand({ NamePrefix: 'listed' }));
  expect(Rules).toEqual([
    {
      Name: 'listed',
      Arn: 'arn:aws:events:us-east-1:000000000000:rule/listed',
      EventBusName: 'default',
      EventPattern: '{"source":["x"]}',
      State: 'ENABLED',
    },
  ]);
});

it('accepts an input path that no event may have', async () => {
  const queue = events.queue('nowhere');
  await events.rule({ name: 'nowhere', target: { Arn: queue } });
  expect(
    await putTargets('nowhere', { Id: 'target', Arn: queue, InputPath: '$.detail.nowhere' }),
  ).toMatchObject({
    FailedEntryCount: 0,
    FailedEntries: [],
  });
});

describe('a target', () => {
  const Arn = 'arn:aws:sqs:us-east-1:000000000000:q';
  const manyPaths = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, n) => [`v${n}`, '$.detail.n']));

  it.each([59, 86_401])('refuses an event age of %d seconds', async (MaximumEventAgeInSeconds) => {
    await events.rule({ name: 'ages', target: { Arn } });
    await expect(
      putTargets('ages', { Id: 'target', Arn, RetryPolicy: { MaximumEventAgeInSeconds } }),
    ).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('retryPolicy.maximumEventAgeInSeconds'),
    });
  });

  it('takes the bounds of the retry policy', async () => {
    await events.rule({ name: 'bounds', target: { Arn } });
    for (const RetryPolicy of [
      { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 },
      { MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: 86_400 },
    ]) {
      expect(await putTargets('bounds', { Id: 'target', Arn, RetryPolicy })).toMatchObject({
        FailedEntryCount: 0,
      });
    }
  });

  it('has at most a hundred variables in its template', async () => {
    await events.rule({ name: 'variables', target: { Arn } });
    const put = (count: number) =>
      putTargets('variables', {
        Id: 'target',
        Arn,
        InputTransformer: { InputTemplate: '{"n":<v0>}', InputPathsMap: manyPaths(count) },
      });
    expect(await put(100)).toMatchObject({ FailedEntryCount: 0 });
    await expect(put(101)).rejects.toMatchObject({ name: 'ValidationException' });
  });
});
