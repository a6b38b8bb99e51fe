import { CreateEventBusCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AwsError } from '../../../../tools/local/wire/aws-error.ts';
import { type Events, entry, openEvents } from '../bus/open-events.ts';

let events: Events;
let queue: string;
let deadLetters: string;

beforeEach(async () => {
  events = await openEvents();
  queue = events.queue('heard');
  deadLetters = events.queue('heard-dlq');
});

afterEach(() => events.close());

const gone = 'arn:aws:sqs:us-east-1:000000000000:gone';
const makeBus = (Name: string) => events.client.send(new CreateEventBusCommand({ Name }));
const busArn = (name: string) => `arn:aws:events:us-east-1:000000000000:event-bus/${name}`;
const roleArn = 'arn:aws:iam::000000000000:role/forward';
const attributesOf = (arn: string) => {
  const [message] = events.take(arn);
  const entries = Object.entries(message?.messageAttributes ?? {});
  return Object.fromEntries(
    entries.map(([name, { DataType, StringValue }]) => [name, `${DataType} ${StringValue}`]),
  );
};

describe('delivery', () => {
  it('reports each rule that matched and each target that has the event', async () => {
    await events.rule({ name: 'hear', target: { Arn: queue } });
    const { Entries } = await events.put(entry);
    const eventId = Entries?.[0]?.EventId;
    expect(await events.observations.waitFor('matched')).toEqual({
      kind: 'matched',
      bus: 'default',
      rule: 'hear',
      eventId,
    });
    expect(await events.observations.waitFor('delivered')).toMatchObject({
      rule: 'hear',
      eventId,
      target: queue,
      attempt: 1,
    });
    expect(events.take(queue)[0]?.messageAttributes).toEqual({});
  });

  it('says why a rule did not match, while somebody listens', async () => {
    await events.rule({
      name: 'hear',
      pattern: { source: ['app'], detail: { n: [{ numeric: ['>', 5] }] } },
      target: { Arn: queue },
    });
    await events.put(entry);
    await events.observations.waitFor('published');
    const stop = events.observations.on('unmatched', () => {});
    await events.put(entry);
    expect(await events.observations.waitFor('unmatched')).toMatchObject({
      rule: 'hear',
      clause: 'detail.n [{"numeric":[">",5]}], found 1',
    });
    stop();
    expect(events.observations.recent().filter(({ kind }) => kind === 'unmatched')).toHaveLength(1);
  });

  it('gives a function the event as its payload', async () => {
    const arn = 'arn:aws:lambda:us-east-1:000000000000:function:listen';
    await events.rule({ name: 'hear', target: { Arn: arn } });
    await events.put(entry);
    await events.observations.waitFor('delivered');
    expect(JSON.parse(events.invoked.get(arn)?.[0] ?? '')).toMatchObject({ source: 'app', detail: { n: 1 } });
  });

  it('passes the trace header on beside the event', async () => {
    await events.rule({ name: 'hear', target: { Arn: queue } });
    const header = 'Root=1-5759e988-bd862e3fe1be46a994272793';
    await events.put({ ...entry, TraceHeader: header });
    await events.observations.waitFor('delivered');
    expect(events.take(queue)[0]?.attributes.AWSTraceHeader).toBe(header);
  });

  it('fills a FIFO queue in the message group that the target names, or that the event names by a path', async () => {
    const fifo = events.queue('ordered.fifo', { FifoQueue: true, ContentBasedDeduplication: true });
    await events.rule({
      name: 'fixed',
      pattern: { 'detail-type': ['A'] },
      target: { Arn: fifo, SqsParameters: { MessageGroupId: 'all' } },
    });
    await events.rule({
      name: 'path',
      pattern: { 'detail-type': ['B'] },
      target: { Arn: fifo, SqsParameters: { MessageGroupId: '$.detail.tenant' } },
    });
    await events.put({ ...entry, DetailType: 'A' }, { ...entry, DetailType: 'B', Detail: '{"tenant":"t1"}' });
    await events.observations.waitFor('delivered', ({ rule }) => rule === 'path');
    const groups = events.take(fifo).map(({ attributes }) => attributes.MessageGroupId);
    expect(groups.toSorted()).toEqual(['all', 't1']);
  });
});

describe('a target that is gone', () => {
  it('is not tried again: the event goes to the dead-letter queue with its reason', async () => {
    const ruleArn = await events.rule({
      name: 'hear',
      target: { Arn: gone, DeadLetterConfig: { Arn: deadLetters } },
    });
    const { Entries } = await events.put(entry);
    const eventId = Entries?.[0]?.EventId;
    const observed = await events.observations.waitFor('dead-lettered');
    expect(observed).toMatchObject({
      queue: 'heard-dlq',
      door: 'rule',
      reason: expect.stringContaining('NO_RESOURCE'),
    });
    const [message] = events.take(deadLetters);
    expect(JSON.parse(message?.body ?? '{}')).toMatchObject({ id: eventId, detail: { n: 1 } });
    expect(message?.messageAttributes).toEqual({
      RULE_ARN: { DataType: 'String', StringValue: ruleArn },
      TARGET_ARN: { DataType: 'String', StringValue: gone },
      ERROR_CODE: { DataType: 'String', StringValue: 'NO_RESOURCE' },
      ERROR_MESSAGE: { DataType: 'String', StringValue: `The target ${gone} does not exist.` },
      RETRY_ATTEMPTS: { DataType: 'String', StringValue: '0' },
    });
  });

  it('loses the event when there is no dead-letter queue, and says so', async () => {
    const { Arn } = { Arn: 'arn:aws:lambda:us-east-1:000000000000:function:missing' };
    await events.rule({ name: 'hear', target: { Arn } });
    await events.put(entry);
    expect(await events.observations.waitFor('undeliverable')).toMatchObject({
      code: 'NO_RESOURCE',
      target: Arn,
    });
    expect(events.observations.recent().some(({ kind }) => kind === 'dead-lettered')).toBe(false);
  });

  it('says so when the dead-letter queue does not take the event either', async () => {
    const fifo = events.queue('dlq.fifo', { FifoQueue: true });
    await events.rule({ name: 'hear', target: { Arn: gone, DeadLetterConfig: { Arn: fifo } } });
    await events.put(entry);
    const lost = await events.observations.waitFor('undeliverable', ({ target }) => target === fifo);
    expect(lost.message).toContain('MessageGroupId');
  });

  it('does not keep the event from the other targets', async () => {
    await events.rule({ name: 'hear', target: { Arn: gone } });
    const second = { Id: 'second', Arn: queue };
    await events.client.send(new PutTargetsCommand({ Rule: 'hear', Targets: [second] }));
    await events.put(entry);
    await events.observations.waitFor('delivered');
    expect(events.take(queue)).toHaveLength(1);
  });

  it('counts a refusal for lack of permission as final', async () => {
    const target = events.queues.byArn(queue);
    Object.assign(target ?? {}, {
      send() {
        throw new AwsError('AccessDenied', 'Access to the resource is denied.', { status: 403 });
      },
    });
    await events.rule({ name: 'hear', target: { Arn: queue, DeadLetterConfig: { Arn: deadLetters } } });
    await events.put(entry);
    await events.observations.waitFor('dead-lettered');
    expect(attributesOf(deadLetters)).toMatchObject({
      ERROR_CODE: 'String NO_PERMISSIONS',
      RETRY_ATTEMPTS: 'String 0',
    });
  });
});

describe('a throttled target', () => {
  it('is tried again after a growing wait, until it takes the event', async () => {
    events.faults.inject({ hop: 'rule', effect: 'throttle', times: 3 });
    await events.rule({ name: 'hear', target: { Arn: queue } });
    await events.put(entry);
    for (const [strike, waitMs] of [1000, 2000, 4000].entries()) {
      await seen('faulted', strike + 1);
      events.clock.advance(waitMs);
    }
    expect(await events.observations.waitFor('delivered')).toMatchObject({ attempt: 4 });
    expect(events.take(queue)).toHaveLength(1);
  });

  it('gives up after the attempts of its retry policy', async () => {
    events.faults.inject({ hop: 'rule', effect: 'throttle' });
    await events.rule({
      name: 'hear',
      target: {
        Arn: queue,
        RetryPolicy: { MaximumRetryAttempts: 2 },
        DeadLetterConfig: { Arn: deadLetters },
      },
    });
    await events.put(entry);
    await seen('faulted', 1);
    events.clock.advance(1000);
    await seen('faulted', 2);
    events.clock.advance(2000);
    await events.observations.waitFor('dead-lettered');
    expect(attributesOf(deadLetters)).toMatchObject({
      ERROR_CODE: 'String THROTTLING',
      EXHAUSTED_RETRY_CONDITION: 'String MaximumRetryAttempts',
      RETRY_ATTEMPTS: 'String 2',
    });
    expect(events.take(queue)).toEqual([]);
  });

  it('gives up when the next attempt would find the event too old', async () => {
    events.faults.inject({ hop: 'rule', effect: 'throttle' });
    await events.rule({
      name: 'hear',
      target: {
        Arn: queue,
        RetryPolicy: { MaximumEventAgeInSeconds: 60 },
        DeadLetterConfig: { Arn: deadLetters },
      },
    });
    await events.put(entry);
    await seen('faulted', 1);
    events.clock.advance(59_999);
    await events.observations.waitFor('dead-lettered');
    expect(attributesOf(deadLetters)).toMatchObject({
      EXHAUSTED_RETRY_CONDITION: 'String MaximumEventAgeInSeconds',
      RETRY_ATTEMPTS: 'String 1',
    });
  });
});

describe('bus to bus', () => {
  it('gives a forwarded event a new id and keeps the rest', async () => {
    await makeBus('app');
    await events.rule({ name: 'forward', target: { Arn: busArn('app'), RoleArn: roleArn } });
    await events.rule({ name: 'here', target: { Arn: queue } });
    const there = events.queue('there');
    await events.rule({ name: 'there', bus: 'app', target: { Arn: there } });
    await events.put({ ...entry, Time: new Date(0) });
    await events.observations.waitFor('delivered', ({ rule }) => rule === 'there');
    const { id: firstId, ...first } = JSON.parse(events.take(queue)[0]?.body ?? '{}');
    const { id: secondId, ...second } = JSON.parse(events.take(there)[0]?.body ?? '{}');
    expect(second).toEqual(first);
    expect(secondId).not.toBe(firstId);
  });

  it('passes the trace header on with the event', async () => {
    await makeBus('app');
    await events.rule({ name: 'forward', target: { Arn: busArn('app'), RoleArn: roleArn } });
    await events.rule({ name: 'there', bus: 'app', target: { Arn: queue } });
    const header = 'Root=1-5759e988-bd862e3fe1be46a994272793';
    await events.put({ ...entry, TraceHeader: header });
    await events.observations.waitFor('delivered', ({ rule }) => rule === 'there');
    expect(events.take(queue)[0]?.attributes.AWSTraceHeader).toBe(header);
  });

  it('goes one hop only: the second is refused into the dead-letter queue of its rule', async () => {
    await makeBus('app');
    await makeBus('third');
    await events.rule({ name: 'forward', target: { Arn: busArn('app'), RoleArn: roleArn } });
    await events.rule({
      name: 'further',
      bus: 'app',
      target: { Arn: busArn('third'), RoleArn: roleArn, DeadLetterConfig: { Arn: deadLetters } },
    });
    await events.put(entry);
    await events.observations.waitFor('dead-lettered');
    expect(attributesOf(deadLetters)).toMatchObject({ ERROR_CODE: 'String THIRD_ACCOUNT_HOP_DETECTED' });
    expect(events.observations.recent().filter(({ kind }) => kind === 'published')).toHaveLength(2);
  });
});

describe('faults of the rule', () => {
  it('deliver twice when told to duplicate', async () => {
    events.faults.inject({ hop: 'rule', effect: 'duplicate' });
    await events.rule({ name: 'hear', target: { Arn: queue } });
    await events.put(entry);
    await seen('delivered', 2);
    const bodies = events.take(queue).map(({ body }) => body);
    expect(bodies).toHaveLength(2);
    expect(bodies[0]).toBe(bodies[1]);
  });

  it('deliver later when told to delay', async () => {
    events.faults.inject({ hop: 'rule', effect: 'delay', ms: 30_000, subject: 'hear' });
    await events.rule({ name: 'hear', target: { Arn: queue } });
    await events.put(entry);
    await events.observations.waitFor('faulted');
    expect(events.take(queue)).toEqual([]);
    events.clock.advance(30_000);
    expect(events.take(queue)).toHaveLength(1);
  });

  it('let the next event overtake when told to reorder, and lose none', async () => {
    events.faults.inject({ hop: 'rule', effect: 'reorder', times: 1 });
    await events.rule({ name: 'hear', target: { Arn: queue } });
    await events.put(
      { ...entry, DetailType: '1' },
      { ...entry, DetailType: '2' },
      { ...entry, DetailType: '3' },
    );
    await seen('delivered', 3);
    const order = events.take(queue).map(({ body }) => JSON.parse(body)['detail-type']);
    expect(order).toEqual(['2', '1', '3']);
  });

  it('let go of an event held for reordering when none follows', async () => {
    events.faults.inject({ hop: 'rule', effect: 'reorder' });
    await events.rule({ name: 'hear', target: { Arn: queue } });
    await events.put(entry);
    await events.observations.waitFor('faulted');
    events.clock.advance(1000);
    await events.observations.waitFor('delivered');
    expect(events.take(queue)).toHaveLength(1);
  });
});

/** Waits until this many records of the kind exist. */
async function seen(kind: 'faulted' | 'delivered', count: number): Promise<void> {
  await events.observations.waitFor(
    kind,
    () => events.observations.recent().filter((record) => record.kind === kind).length >= count,
  );
}
