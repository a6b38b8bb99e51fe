import {
  CreateEventBusCommand,
  EventBridgeClient,
  ListRulesCommand,
  PutEventsCommand,
} from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Envelope } from '../../services/runtime/event.ts';
import { listen } from '../../tools/listen.ts';
import { type LocalAws, startLocalAws } from '../../tools/local/start-local-aws.ts';
import { clientSettings } from '../../tools/target/client-settings.ts';

const bus = 'weather';
let aws: LocalAws;
let events: EventBridgeClient;

beforeAll(async () => {
  aws = await startLocalAws();
  events = new EventBridgeClient(clientSettings(aws));
  await events.send(new CreateEventBusCommand({ Name: bus }));
});
afterAll(async () => {
  events.destroy();
  await aws.close();
});

/** Listens, and offers the way to wait for an event. */
async function open(pattern: object) {
  const heard: Envelope[] = [];
  const waiting = new Set<() => void>();
  const listener = await listen({
    settings: clientSettings(aws),
    bus,
    pattern,
    onEvent(event) {
      heard.push(event);
      for (const look of waiting) look();
    },
  });
  const until = (count: number) =>
    new Promise<void>((resolve) => {
      const look = () => heard.length >= count && resolve();
      waiting.add(look);
      look();
    });
  return { ...listener, heard, until };
}

async function say(DetailType: string, detail: object = {}) {
  const Entries = [{ EventBusName: bus, Source: 'station.7', DetailType, Detail: JSON.stringify(detail) }];
  await events.send(new PutEventsCommand({ Entries }));
}

async function whatIsThere() {
  const { Rules = [] } = await events.send(new ListRulesCommand({ EventBusName: bus }));
  return { rules: Rules.map(({ Name }) => Name), queues: aws.queues.list().map(({ name }) => name) };
}

it('hears what matches from the moment it has begun, as it was said', async () => {
  const listener = await open({ 'detail-type': ['Wind'] });
  await say('Rain');
  for (let kmh = 0; kmh < 25; kmh += 1) await say('Wind', { kmh });
  await listener.until(25);
  expect(
    listener.heard.every((event) => event['detail-type'] === 'Wind' && event.source === 'station.7'),
  ).toBe(true);
  expect(new Set(listener.heard.map(({ detail }) => JSON.stringify(detail))).size).toBe(25);
  await listener.close();
});

it('hears the default bus, whose rules have no bus in their names', async () => {
  const heard = Promise.withResolvers<Envelope>();
  const { close } = await listen({
    settings: clientSettings(aws),
    bus: 'default',
    pattern: { 'detail-type': ['Wind'] },
    onEvent: heard.resolve,
  });
  await events.send(
    new PutEventsCommand({ Entries: [{ Source: 'station.8', DetailType: 'Wind', Detail: '{}' }] }),
  );
  expect(await heard.promise).toMatchObject({ source: 'station.8' });
  await close();
});

it('leaves nothing when it is closed, also while it waits', async () => {
  const listener = await open({ account: [aws.accountId] });
  expect(await whatIsThere()).toEqual({ rules: [listener.name], queues: [listener.name] });
  await listener.close();
  expect(await whatIsThere()).toEqual({ rules: [], queues: [] });
});

it('leaves nothing when it cannot begin', async () => {
  const silent = { settings: clientSettings(aws), onEvent: () => {} };
  await expect(listen({ ...silent, bus: 'no-such-bus', pattern: { source: ['a'] } })).rejects.toThrow(
    'no-such-bus',
  );
  await expect(listen({ ...silent, bus, pattern: {} })).rejects.toThrow();
  expect(await whatIsThere()).toEqual({ rules: [], queues: [] });
});

it('tells why it ended when an event cannot be handled, and leaves nothing then', async () => {
  const listener = await listen({
    settings: clientSettings(aws),
    bus,
    pattern: { 'detail-type': ['Wind'] },
    onEvent() {
      throw new Error('too windy');
    },
  });
  await say('Wind');
  await expect(listener.ended).rejects.toThrow('too windy');
  await expect(listener.close()).rejects.toThrow('too windy');
  expect(await whatIsThere()).toEqual({ rules: [], queues: [] });
});
