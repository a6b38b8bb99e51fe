import {
  EventBridgeClient,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BusEvent } from '../../../../tools/local/bus/bus-event.ts';
import { createClock } from '../../../../tools/local/clock.ts';
import { createObservations } from '../../../../tools/local/observations.ts';
import { createRecord } from '../../../../tools/local/record/create-record.ts';
import { RECORD_PATH, type RecordAnswer } from '../../../../tools/local/record/record-endpoint.ts';
import { type LocalAws, startLocalAws } from '../../../../tools/local/start-local-aws.ts';
import { clientSettings } from '../../../../tools/target/client-settings.ts';

describe('the record', () => {
  const clock = createClock();

  function open(limitBytes?: number) {
    const observations = createObservations();
    const record = createRecord({ clock, observations, limitBytes });
    const publish = (id: string, text = 'x') => {
      observations.report({
        kind: 'published',
        bus: 'weather',
        eventId: id,
        source: 'station',
        detailType: 'Wind',
        bytes: text.length,
        caller: 'user',
      });
      record.keep('weather', event(id, text));
    };
    return { ...record, observations, publish };
  }

  it('forgets the oldest events when there is no room, and says since when it is whole', () => {
    const { find, publish, since } = open(4_000);
    const begun = since();
    for (let n = 0; n < 20; n += 1) {
      clock.advance(1_000);
      publish(`event-${n}`, 'y'.repeat(900));
    }
    expect(find('event-').map(({ eventId }) => eventId)).toEqual(['event-17', 'event-18', 'event-19']);
    expect(since()).toBeGreaterThan(begun);
  });

  it('keeps one event that is larger than all the room', () => {
    const { find, publish } = open(100);
    publish('event-1', 'y'.repeat(900));
    expect(find('event-1')).toHaveLength(1);
  });

  it('notes a batch once for each event that has messages in it, with its invocation', () => {
    const { find, observations, publish } = open();
    const [first, second] = ['event-1', 'event-2'];
    for (const id of [first, second]) publish(id);
    for (const [messageId, eventId] of [
      ['m1', first],
      ['m2', second],
      ['m3', second],
    ] as const) {
      observations.report({ kind: 'enqueued', queue: 'q', messageId, bytes: 1, caller: 'user', eventId });
    }
    observations.report({ ...invoked, requestId: 'r1' });
    const done = ['m1', 'm2', 'm3'];
    observations.report({ kind: 'settled', queue: 'q', function: 'f', requestId: 'r1', done, failed: [] });
    for (const id of [first, second]) {
      const kinds = find(id)[0]?.hops.map(({ observation }) => observation.kind);
      expect(kinds?.filter((kind) => kind !== 'enqueued')).toEqual(['published', 'invoked', 'settled']);
    }
  });
});

describe('its endpoint', () => {
  let aws: LocalAws;
  let events: EventBridgeClient;
  let sqs: SQSClient;
  let queue: { readonly url: string; readonly arn: string };
  beforeAll(async () => {
    aws = await startLocalAws();
    events = new EventBridgeClient(clientSettings(aws));
    sqs = new SQSClient(clientSettings(aws));
    const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'gusts' }));
    queue = { url: QueueUrl, arn: aws.queues.list()[0]?.arn ?? '' };
    const EventPattern = JSON.stringify({ 'detail-type': ['Wind'] });
    await events.send(new PutRuleCommand({ Name: 'gusts', EventPattern }));
  });
  afterAll(async () => {
    events.destroy();
    sqs.destroy();
    await aws.close();
  });

  async function ask(about: string): Promise<RecordAnswer> {
    const answer = await fetch(`${aws.endpoint}${RECORD_PATH}?${new URLSearchParams({ about })}`);
    expect(answer.status).toBe(200);
    return (await answer.json()) as RecordAnswer;
  }

  async function say(detail: object) {
    const entry = { Source: 'station', DetailType: 'Wind', Detail: JSON.stringify(detail) };
    const { Entries = [] } = await events.send(new PutEventsCommand({ Entries: [entry] }));
    return Entries[0]?.EventId ?? '';
  }

  it('finds an event by a text in it, by its id and by a message of it, sent by a rule or by hand', async () => {
    const Targets = [{ Id: 'queue', Arn: queue.arn, InputPath: '$.detail' }];
    await events.send(new PutTargetsCommand({ Rule: 'gusts', Targets }));
    const undeliverable = aws.observations.waitFor('undeliverable');
    const id = await say({ note: 'the-first-gust' });
    await undeliverable;
    const [event] = (await ask('the-first-gust')).events;
    expect(event).toMatchObject({ eventId: id, bus: 'default', messageIds: [] });
    expect(event?.hops.map(({ kind }) => kind)).toEqual(['published', 'matched', 'undeliverable']);

    const sent = await sqs.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody: event?.text }));
    await sqs.send(new ReceiveMessageCommand({ QueueUrl: queue.url }));
    const byMessage = (await ask(sent.MessageId ?? '')).events;
    expect(byMessage).toMatchObject([{ eventId: id, messageIds: [sent.MessageId] }]);
    expect(byMessage[0]?.hops.slice(3)).toMatchObject([
      { kind: 'enqueued', queue: 'gusts', caller: 'user' },
      { kind: 'received', messageIds: [sent.MessageId] },
    ]);
    expect(await ask(id)).toMatchObject({ since: expect.stringMatching(/Z$/), events: byMessage });
  });

  it('refuses a text that is in every event', async () => {
    const answer = await fetch(`${aws.endpoint}${RECORD_PATH}?about=id`);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ message: expect.stringContaining('?about=TEXT') });
  });
});

function event(id: string, note: string): BusEvent {
  const detail = { note };
  return {
    id,
    detailType: 'Wind',
    source: 'station',
    account: '0',
    time: '2026-11-21T09:00:00Z',
    region: 'us-east-1',
    resources: [],
    detailText: JSON.stringify(detail),
    detail,
    acceptedAt: 0,
    bytes: note.length,
  };
}

const invoked = {
  kind: 'invoked',
  function: 'f',
  durationMs: 1,
  billedMs: 1,
  memoryMb: 128,
  maxRssMb: 1,
  coldStart: false,
  logBytes: 0,
} as const;
