import { afterEach, describe, expect, it } from 'vitest';
import { itemReceivedV1 } from '../../../../generated/events/item-received-v1.ts';
import { itemsApi } from '../../../../generated/http/items.ts';
import { itemEvents } from '../../../../services/items/items-api/item-events.ts';
import { createTrigger } from '../../../../services/items/items-api/trigger-items.ts';
import { createApi } from '../../../../services/runtime/http/create-api.ts';
import { createPublisher } from '../../../../services/runtime/publish.ts';
import { openPublishingApi } from '../../runtime/http/open-publishing-api.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function open({ refused }: { readonly refused?: readonly string[] } = {}) {
  const api = await openPublishingApi({
    route: 'POST /trigger',
    refused,
    create: ({ client, idempotency, log }) =>
      createApi(itemsApi, {
        operations: {
          triggerItems: createTrigger(
            createPublisher({
              producer: { name: 'items-api', emits: itemEvents },
              busName: 'fanbus-test',
              events: [itemReceivedV1],
              client,
              log,
            }),
          ),
        },
        idempotency,
        log,
      }),
  });
  ends.push(api.end);
  return api;
}

const content = (bytes: number) => ({ note: 'x'.repeat(bytes - '{"note":""}'.length) });

describe('POST /trigger', () => {
  it('says one event for each item, owned by whoever asks, in the order given', async () => {
    const { ask, said } = await open();
    const items = [{ id: 'a', content: { n: 1 } }, { id: 'b' }, { id: 'a', content: {} }];
    const { status, body } = await ask({ items }, { claims: { sub: 'grace' } });
    expect(status).toBe(200);
    expect(said().map(({ data }) => data)).toEqual(items.map((item) => ({ owner: 'grace', ...item })));
    expect(said()[0].metadata).toMatchObject({ producer: 'items-api' });
    expect(body).toEqual({
      published: 3,
      failed: 0,
      outcomes: said().map(({ metadata, data }) => ({
        id: data.id,
        status: 'published',
        eventId: metadata.eventId,
      })),
    });
    expect(new Set(said().map(({ metadata }) => metadata.eventId)).size).toBe(3);
  });

  it('says the same events when it is repeated under one key, and others without', async () => {
    const { ask, said } = await open();
    const items = [{ id: 'a' }, { id: 'b' }];
    for (const key of ['one', 'one', 'two', undefined, undefined]) await ask({ items }, { key });
    const ids = said().map(({ metadata }) => metadata.eventId);
    expect(ids.slice(2, 4)).toEqual(ids.slice(0, 2));
    expect(new Set(ids).size).toBe(8);
  });

  it('names each item that did not get on the bus', async () => {
    const { ask } = await open({ refused: ['bad'] });
    const { status, body } = await ask({ items: [{ id: 'good' }, { id: 'bad' }] });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      published: 1,
      failed: 1,
      outcomes: [
        { id: 'good', status: 'published' },
        { id: 'bad', status: 'failed', reason: 'the bus did not take it: Malformed' },
      ],
    });
  });

  it('fails, so that it can be repeated under its key, when nothing got on the bus', async () => {
    const { ask } = await open({ refused: ['bad'] });
    expect(await ask({ items: [{ id: 'bad' }] })).toMatchObject({ status: 500 });
  });

  it('takes 1,000 items', async () => {
    const { ask } = await open();
    const items = Array.from({ length: 1_000 }, (_, n) => ({ id: `${n}`, content: { n } }));
    expect(await ask({ items })).toMatchObject({ status: 200, body: { published: 1_000, failed: 0 } });
  });

  it('takes an item of 256 KiB, and refuses larger ones by name before anything is said', async () => {
    const { ask, said } = await open();
    expect(await ask({ items: [{ id: 'a', content: content(262_144) }] })).toMatchObject({ status: 200 });
    expect(
      await ask({ items: [{ id: 'a' }, { id: 'b', content: content(262_145) }, { id: 'c' }] }),
    ).toMatchObject({
      status: 400,
      body: {
        type: 'urn:fanbus:problem:item-too-large',
        errors: [{ pointer: '/body/items/1/content', detail: 'has 262145 bytes, and may have 262144' }],
      },
    });
    expect(said()).toHaveLength(1);
  });

  it('takes an id of 256 bytes, and refuses a longer one', async () => {
    const { ask } = await open();
    expect(await ask({ items: [{ id: 'я'.repeat(128) }] })).toMatchObject({ status: 200 });
    expect(await ask({ items: [{ id: '界'.repeat(128) }] })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/body/items/0/id', detail: 'has 384 bytes, and may have 256' }] },
    });
  });

  it('takes content as deep as people nest it, and refuses what would use up the stack of whoever reads it', async () => {
    const { ask, said } = await open();
    const nested = (levels: number) =>
      `{"items":[{"id":"a","content":{"deep":${'['.repeat(levels)}1${']'.repeat(levels)}}}]}`;
    // Around it are four: the body, the list, the item, its content.
    expect(await ask(nested(96))).toMatchObject({ status: 200 });
    for (const levels of [97, 100_000]) {
      expect(await ask(nested(levels))).toMatchObject({
        status: 400,
        body: { type: 'urn:fanbus:problem:too-deep' },
      });
    }
    expect(said()).toHaveLength(1);
  });

  it.each([
    ['no items', { items: [] }, '/body/items'],
    ['more than 1,000', { items: Array.from({ length: 1_001 }, () => ({ id: 'a' })) }, '/body/items'],
    ['an item without an id', { items: [{ id: 'a' }, {}] }, '/body/items/1/id'],
    ['an empty id', { items: [{ id: '' }] }, '/body/items/0/id'],
    ['an owner', { items: [{ id: 'a', owner: 'grace' }] }, '/body/items/0/owner'],
    ['content that is no object', { items: [{ id: 'a', content: [1] }] }, '/body/items/0/content'],
    ['a field that is not known', { items: [{ id: 'a' }], all: true }, '/body/all'],
  ])('refuses %s, and says where', async (_, body, pointer) => {
    const { ask, said } = await open();
    const answer = await ask(body);
    expect(answer.status).toBe(400);
    expect(answer.body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
    expect(said()).toEqual([]);
  });
});
