import { randomUUID } from 'node:crypto';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ApiFlow, openApiFlow } from './open-api-flow.ts';

let flow: ApiFlow;
let events: EventBridgeClient;
const undo: (() => void)[] = [];

beforeAll(async () => {
  flow = await openApiFlow();
  const { endpoint, region } = flow.aws;
  events = new EventBridgeClient({
    endpoint,
    region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
});
afterEach(() => {
  for (const step of undo.splice(0)) step();
});
afterAll(async () => {
  events.destroy();
  await flow.close();
});

const consumers = ['store-item', 'label-item'] as const;
const made = { 'store-item': 'item', 'label-item': 'labels' } as const;

/** Items of a user of its own, so that a test finds its own. */
function itemsOf(owner: string, count: number) {
  return {
    owner,
    items: Array.from({ length: count }, (_, n) => ({ id: `${n}`, content: { note: `Order ${n}` } })),
  };
}

async function trigger({ owner, items }: ReturnType<typeof itemsOf>, headers: Record<string, string> = {}) {
  const answer = await flow.ask({ route: 'POST /trigger', sub: owner, body: { items }, headers });
  expect(answer).toMatchObject({ status: 200, body: { published: items.length, failed: 0 } });
  return answer.body.outcomes as readonly { readonly id: string; readonly eventId: string }[];
}

/** The ids of a user's items of which there is this, in order; each once. */
async function idsWith(sk: 'item' | 'labels', owner: string): Promise<string[]> {
  return (await rowsWith(sk, owner)).map(({ id }) => id?.S ?? '').sort((a, b) => Number(a) - Number(b));
}

async function rowsWith(sk: 'item' | 'labels', owner: string): Promise<Record<string, AttributeValue>[]> {
  const rows = await flow.scan(flow.names.itemsTable);
  return rows.filter((row) => row.sk?.S === sk && row.owner?.S === owner);
}

const all = (count: number) => Array.from({ length: count }, (_, n) => `${n}`);

describe('every item', () => {
  it('is stored as it was sent, and labelled, under the id of its event', async () => {
    const wanted = itemsOf('ada', 3);
    const outcomes = await trigger(wanted);
    await flow.untilQuiet();
    for (const [n, { eventId }] of outcomes.entries()) {
      const own = (await flow.scan(flow.names.itemsTable)).filter(({ pk }) => pk?.S === eventId);
      expect(own.find(({ sk }) => sk?.S === 'item')).toMatchObject({
        owner: { S: 'ada' },
        id: { S: `${n}` },
        content: { S: JSON.stringify(wanted.items[n]?.content) },
      });
      expect(own.find(({ sk }) => sk?.S === 'labels')).toMatchObject({
        kind: { S: 'text' },
        size: { S: 'small' },
        keywords: { L: [{ S: 'order' }] },
      });
    }
  });

  it('is stored and labelled once when messages come twice and workers die', async () => {
    for (const consumer of consumers) {
      const subject = flow.names.consumer(consumer);
      undo.push(
        flow.aws.faults.inject({ hop: 'rule', effect: 'duplicate', subject: flow.names.rule(consumer, 1) }),
        flow.aws.faults.inject({ hop: 'function', effect: 'crash', subject, times: 1 }),
        flow.aws.faults.inject({ hop: 'function', effect: 'crash', subject, afterRequests: 4, times: 1 }),
      );
    }
    await trigger(itemsOf('twice', 40));
    await flow.untilQuiet();
    expect(await idsWith('item', 'twice')).toEqual(all(40));
    expect(await idsWith('labels', 'twice')).toEqual(all(40));
    for (const consumer of consumers) expect(await flow.deadLetters(consumer)).toEqual([]);
  });

  it('is one item when its request is repeated under a key, and another without', async () => {
    const wanted = itemsOf('repeated', 5);
    const first = await trigger(wanted, { 'idempotency-key': 'k1' });
    expect(await trigger(wanted, { 'idempotency-key': 'k1' })).toEqual(first);
    await flow.untilQuiet();
    expect(await idsWith('item', 'repeated')).toEqual(all(5));
    await trigger(wanted);
    await flow.untilQuiet();
    expect(await rowsWith('item', 'repeated')).toHaveLength(10);
  });
});

describe('a poisoned item', () => {
  it('that can never be stored is parked with the reason, and hurts no other', async () => {
    const owner = 'too-large';
    await trigger(itemsOf(owner, 30));
    const large = { owner, id: '30', content: { note: 'x'.repeat(450_000) } };
    const body = { events: [{ type: 'ItemReceived.v1', data: large }] };
    expect(await flow.ask({ route: 'POST /events', sub: owner, body })).toMatchObject({
      status: 200,
      body: { published: 1 },
    });
    await flow.untilQuiet();
    expect(await idsWith('item', owner)).toEqual(all(30));
    expect(await idsWith('labels', owner)).toEqual(all(31));
    const [letter, ...others] = await flow.deadLetters('store-item');
    expect(others).toEqual([]);
    expect(letter?.MessageAttributes?.REASON?.StringValue).toMatch(/the item "30" cannot be stored/);
    expect(JSON.parse(letter?.Body ?? '').detail.data.id).toBe('30');
  });

  it('that its schema refuses is parked by each, and hurts no other', async () => {
    const owner = 'nameless';
    const metadata = { eventId: randomUUID(), correlationId: 'c', occurredAt: '2026-11-21T09:30:00Z' };
    const Detail = JSON.stringify({ metadata: { ...metadata, producer: 'elsewhere' }, data: { owner } });
    const entry = { Source: 'fanbus.items', DetailType: 'ItemReceived.v1', Detail };
    await events.send(new PutEventsCommand({ Entries: [{ ...entry, EventBusName: flow.names.bus }] }));
    await trigger(itemsOf(owner, 20));
    await flow.untilQuiet();
    for (const consumer of consumers) {
      expect(await idsWith(made[consumer], owner)).toEqual(all(20));
      const letter = (await flow.deadLetters(consumer)).find(({ Body }) => Body?.includes(owner));
      expect(letter?.MessageAttributes?.REASON?.StringValue).toBe(
        'the detail of fanbus.items/ItemReceived.v1 is not valid',
      );
    }
  });
});

it.each(consumers)(
  '%s is switched off: the other finishes, and switched on it catches up',
  async (consumer) => {
    const owner = `without-${consumer}`;
    const [other = consumer] = consumers.filter((one) => one !== consumer);
    await flow.pause(consumer);
    await trigger(itemsOf(owner, 40));
    await flow.untilQuiet({ switchedOff: [consumer] });
    expect(await idsWith(made[other], owner)).toEqual(all(40));
    expect(await idsWith(made[consumer], owner)).toEqual([]);
    flow.resume(consumer);
    await flow.untilQuiet();
    expect(await idsWith(made[consumer], owner)).toEqual(all(40));
  },
);
