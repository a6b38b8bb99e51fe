import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { itemReceived } from './item-received.ts';
import { openItems } from './open-items.ts';

let items: Awaited<ReturnType<typeof openItems>>;
beforeAll(async () => {
  items = await openItems();
});
afterAll(() => items.end());

const content = { note: 'Garden gloves', size: 1e300, nothing: null, '': { deep: [[]] } };

describe('store-item', () => {
  it('stores an item as it was sent, and says so', async () => {
    const event = itemReceived({ content });
    expect(await items.store(event)).toEqual({ kind: 'done' });
    const { item, ...others } = await items.rows(event);
    expect(item).toEqual({
      pk: { S: event.detail.metadata.eventId },
      sk: { S: 'item' },
      owner: { S: 'ada' },
      id: { S: 'order-1' },
      receivedAt: { S: '2026-11-21T09:30:00.000Z' },
      content: { S: JSON.stringify(content) },
    });
    expect(others).toEqual({});
    const itemId = event.detail.metadata.eventId;
    expect(items.said(event)).toEqual([{ type: 'ItemStored.v1', itemId, owner: 'ada', id: 'order-1' }]);
  });

  it('stores two items that their owner knows by the same name', async () => {
    const events = [itemReceived({ content: { n: 1 } }), itemReceived({ content: { n: 2 } })];
    for (const event of events) await items.store(event);
    for (const event of events) {
      expect((await items.rows(event)).item?.content?.S).toBe(JSON.stringify(event.detail.data.content));
    }
  });

  it('parks an item that is larger than DynamoDB takes', async () => {
    const event = itemReceived({ content: { note: 'x'.repeat(410_000) } });
    expect(await items.store(event)).toMatchObject({
      kind: 'park',
      reason: expect.stringMatching(/^the item "order-1" cannot be stored: Item size has exceeded/),
    });
    expect(await items.rows(event)).toEqual({});
    expect(items.said(event)).toEqual([]);
  });
});

describe('label-item', () => {
  it('labels an item beside what is stored of it, and says its labels', async () => {
    const event = itemReceived({ content });
    expect(await items.label(event)).toEqual({ kind: 'done' });
    const { labels, ...others } = await items.rows(event);
    expect(labels).toMatchObject({
      id: { S: 'order-1' },
      kind: { S: 'mixed' },
      size: { S: 'small' },
      keywords: { L: [{ S: 'garden' }, { S: 'gloves' }] },
    });
    expect(others).toEqual({});
    expect(items.said(event)).toMatchObject([
      { type: 'ItemLabelled.v1', kind: 'mixed', size: 'small', keywords: ['garden', 'gloves'] },
    ]);
  });

  it('labels what is too large to be stored', async () => {
    const event = itemReceived({ content: { note: 'x'.repeat(410_000) } });
    expect(await items.label(event)).toEqual({ kind: 'done' });
    expect(items.said(event)).toMatchObject([{ type: 'ItemLabelled.v1', size: 'large' }]);
  });
});

it.each(['store', 'label'] as const)(
  '%s comes to the same, whichever request a worker dies after, and says it at least once',
  async (step) => {
    const { metadata, data } = itemReceived({ content }).detail;
    const again = () => {
      const event = itemReceived();
      return {
        ...event,
        detail: { metadata: { ...metadata, eventId: event.detail.metadata.eventId }, data },
      };
    };
    let deaths = 0;
    for (let diesAfter = 1, hasDied = true; hasDied; diesAfter += 1) {
      hasDied = false;
      const event = again();
      await items[step](event, { diesAfter }).catch(async () => {
        hasDied = true;
        deaths += 1;
        expect(await items[step](event)).toEqual({ kind: 'done' });
      });
      const before = await items.rows(event);
      expect(Object.keys(before)).toHaveLength(1);
      await items[step](event);
      expect(await items.rows(event)).toEqual(before);
      expect(items.said(event).length).toBeGreaterThan(0);
      expect(new Set(items.said(event).map((one) => JSON.stringify(one))).size).toBe(1);
    }
    expect(deaths).toBe(2);
  },
);
