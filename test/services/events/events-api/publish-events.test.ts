import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { itemReceivedV1 } from '../../../../generated/events/item-received-v1.ts';
import { eventsApi } from '../../../../generated/http/events.ts';
import { ingressTypes } from '../../../../services/events/events-api/ingress-types.ts';
import { createPublishEvents } from '../../../../services/events/events-api/publish-events.ts';
import { createApi } from '../../../../services/runtime/http/create-api.ts';
import { createPublisher } from '../../../../services/runtime/publish.ts';
import { openPublishingApi } from '../../runtime/http/open-publishing-api.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function open({ refused }: { readonly refused?: readonly string[] } = {}) {
  const api = await openPublishingApi({
    route: 'POST /events',
    refused,
    create: ({ client, idempotency, log }) =>
      createApi(eventsApi, {
        operations: {
          publishEvents: createPublishEvents(
            createPublisher({
              producer: { name: 'events-api', emits: ingressTypes },
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

const type = 'ItemReceived.v1';
const ofAda = { type, data: { owner: 'ada', id: 'order-1', content: { n: 1 } } };
const ofGrace = { type, data: { owner: 'grace', id: 'order-2' } };

describe('POST /events', () => {
  it('publishes events with metadata of their own', async () => {
    const { ask, said } = await open();
    const { status, body } = await ask({ events: [ofAda, ofAda] });
    expect(status).toBe(200);
    expect(said().map(({ data }) => data)).toEqual([ofAda.data, ofAda.data]);
    for (const { metadata } of said()) {
      expect(metadata).toMatchObject({ producer: 'events-api', correlationId: metadata.eventId });
      expect(metadata).not.toHaveProperty('causationId');
    }
    expect(body).toEqual({
      published: 2,
      failed: 0,
      outcomes: said().map(({ metadata }) => ({ status: 'published', eventId: metadata.eventId })),
    });
  });

  it('says the same events when it is repeated under one key', async () => {
    const { ask, said } = await open();
    for (const key of ['one', 'one', 'two']) await ask({ events: [ofAda] }, { key });
    const [first, again, other] = said().map(({ metadata }) => metadata.eventId);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  it('names each event that did not get on the bus', async () => {
    const { ask } = await open({ refused: ['bad'] });
    const bad = { type, data: { owner: 'ada', id: 'bad' } };
    expect(await ask({ events: [bad, ofAda] })).toMatchObject({
      status: 200,
      body: {
        published: 1,
        failed: 1,
        outcomes: [{ status: 'failed', reason: expect.any(String) }, { status: 'published' }],
      },
    });
  });

  it('refuses events in the name of another, and publishes none of the request', async () => {
    const { ask, said } = await open();
    expect(await ask({ events: [ofAda, ofGrace] })).toMatchObject({
      status: 400,
      body: {
        type: 'urn:fanbus:problem:not-yours',
        errors: [{ pointer: '/body/events/1/data/owner', detail: 'must be you: ada' }],
      },
    });
    expect(said()).toEqual([]);
  });

  it('lets an admin speak for anybody', async () => {
    const { ask } = await open();
    const claims = { sub: 'ada', scope: 'openid fanbus/admin' };
    expect(await ask({ events: [ofAda, ofGrace] }, { claims })).toMatchObject({ status: 200 });
  });

  it('refuses an event that the bus cannot take for its size', async () => {
    const { ask, said } = await open();
    // Short to write, and long once it is read: 1e20 is 100000000000000000000.
    const body = JSON.stringify({
      events: [{ type, data: { owner: 'ada', id: 'a', content: { n: [] } } }],
    }).replace('[]', `[${'1e20,'.repeat(60_000)}1]`);
    expect(await ask(body)).toMatchObject({
      status: 400,
      body: {
        type: 'urn:fanbus:problem:invalid-event',
        detail: expect.stringContaining('EventBridge takes'),
      },
    });
    expect(said()).toEqual([]);
  });

  it.each([
    ['metadata', { ...ofAda, metadata: { producer: 'scan-image' } }, '/body/events/0/metadata'],
    ['a source', { ...ofAda, source: 'aws.s3' }, '/body/events/0/source'],
    ['data that its schema refuses', { type, data: { owner: 'ada' } }, '/body/events/0/data/id'],
    ['a field that is not known', { type, data: { ...ofAda.data, x: 1 } }, '/body/events/0/data/x'],
    ['no type', { data: ofAda.data }, '/body/events/0/type'],
    ['a type that is not there', { type: 'Nothing.v1', data: {} }, '/body/events/0/type'],
    ["one of AWS's", { type: 'Object Created', data: {} }, '/body/events/0/type'],
  ])('refuses %s, and says where', async (_, event, pointer) => {
    const { ask, said } = await open();
    const { status, body } = await ask({ events: [event] });
    expect(status).toBe(400);
    expect(body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
    expect(said()).toEqual([]);
  });

  const closed = globSync('schemas/fanbus.*/*.json', { cwd: join(import.meta.dirname, '../../../..') })
    .map((file) => ({ file, type: basename(file, '.json') }))
    .filter((one) => !ingressTypes.some((open) => open === one.type));

  it('finds types that are not open', () => expect(closed.length).toBeGreaterThan(10));

  it.each(closed)('refuses $type, which only a service of ours may say', async ({ file, ...event }) => {
    const schema = JSON.parse(readFileSync(join(import.meta.dirname, '../../../..', file), 'utf8'));
    const { ask, said } = await open();
    const { status, body } = await ask({ events: [{ ...event, data: schema.examples[0].data }] });
    expect(status).toBe(400);
    expect(body.errors).toContainEqual({
      pointer: '/body/events/0/type',
      detail: 'is none of the types that may come from outside',
    });
    expect(said()).toEqual([]);
  });
});
