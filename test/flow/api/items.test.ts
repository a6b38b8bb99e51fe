import { PurgeQueueCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { badTokens } from '../bad-tokens.ts';
import { type ApiFlow, openApiFlow } from '../open-api-flow.ts';

let flow: ApiFlow;

beforeAll(async () => {
  flow = await openApiFlow();
});
afterAll(() => flow.close());

const trigger = 'POST /trigger';
const events = 'POST /events';
const orders = (...ids: string[]) => ({ items: ids.map((id) => ({ id, content: { note: 'Gloves' } })) });
const received = (owner: string) => ({ events: [{ type: 'ItemReceived.v1', data: { owner, id: 'a' } }] });

/** Owner and name of every item that came of an API, sorted. */
async function stored(): Promise<string[]> {
  await flow.untilQuiet();
  const rows = await flow.scan(flow.names.itemsTable);
  return rows
    .filter(({ sk }) => sk?.S === 'item')
    .map(({ owner, id }) => `${owner?.S}/${id?.S}`)
    .sort();
}

describe('POST /trigger', () => {
  it('makes one event of each of 1,000 items, each of which every processor hears', async () => {
    const processors = ['store-item', 'label-item'];
    for (const processor of processors) await flow.pause(processor);
    // The longest ids there may be: all of the answer is kept for a repeat.
    const items = Array.from({ length: 1_000 }, (_, n) => ({ id: `${'я'.repeat(124)}${n}` }));
    const request = { route: trigger, body: { items }, headers: { 'idempotency-key': 'k' } };
    const answer = await flow.ask(request);
    expect(answer).toMatchObject({ status: 200, body: { published: 1_000, failed: 0 } });
    const ids = answer.body.outcomes.map(({ eventId }: { eventId: string }) => eventId);
    expect(new Set(ids).size).toBe(1_000);
    expect(await flow.ask(request)).toMatchObject({ status: 200, body: answer.body });
    await flow.untilQuiet({ switchedOff: processors });
    for (const processor of processors) {
      const queue = flow.aws.queues.list().find(({ name }) => name === flow.names.consumer(processor));
      expect(queue?.depth().visible).toBe(1_000);
      await flow.sqs.send(new PurgeQueueCommand({ QueueUrl: queue?.url }));
      flow.resume(processor);
    }
  });

  it('answers a repeat under its key as before, and refuses the key for other items', async () => {
    const headers = { 'idempotency-key': 'k1' };
    const first = await flow.ask({ route: trigger, body: orders('k'), headers });
    const again = await flow.ask({ route: trigger, body: orders('k'), headers });
    expect(again).toMatchObject({ status: 200, body: first.body });
    expect(await flow.ask({ route: trigger, body: orders('other'), headers })).toMatchObject({ status: 422 });
    expect((await stored()).filter((item) => item === 'ada/k')).toHaveLength(1);
  });

  it('takes a key of one caller for nothing to another', async () => {
    const request = { route: trigger, body: orders('shared'), headers: { 'idempotency-key': 'k2' } };
    const [ada, grace] = [await flow.ask(request), await flow.ask({ ...request, sub: 'grace' })];
    expect(grace.status).toBe(200);
    expect(grace.body.outcomes[0].eventId).not.toBe(ada.body.outcomes[0].eventId);
    expect((await stored()).filter((item) => item.endsWith('/shared'))).toEqual([
      'ada/shared',
      'grace/shared',
    ]);
  });
});

describe('POST /events', () => {
  it('publishes an event that is heard like any other', async () => {
    const answer = await flow.ask({ route: events, sub: 'eve', body: received('eve') });
    expect(answer).toMatchObject({
      status: 200,
      body: { published: 1, outcomes: [{ status: 'published' }] },
    });
    expect(await stored()).toContain('eve/a');
  });

  it("refuses to speak for another, and lets an admin's", async () => {
    const request = { route: events, sub: 'root', body: received('mallory') };
    expect(await flow.ask(request)).toMatchObject({ status: 400 });
    expect(await stored()).not.toContain('mallory/a');
    expect(await flow.ask({ ...request, scope: 'fanbus/admin' })).toMatchObject({ status: 200 });
    expect(await stored()).toContain('mallory/a');
  });

  it('refuses what only a service of ours may say', async () => {
    const verdict = { type: 'ImageReviewed.v1', data: {} };
    expect(await flow.ask({ route: events, body: { events: [verdict] } })).toMatchObject({ status: 400 });
  });
});

describe.each([
  [trigger, orders('never')],
  [events, received('ada')],
])('%s refuses', (route, good) => {
  it('a token that is none, forged, expired or of another issuer', async () => {
    for (const [name, token] of Object.entries(await badTokens(flow))) {
      expect(await flow.ask({ route, body: good, token }), name).toMatchObject({ status: 401 });
    }
  });

  it.each([
    ['what is no JSON', '{"items":', {}, 400],
    ['another type of content', JSON.stringify(good), { 'content-type': 'text/plain' }, 415],
    ['a field that is not known', { ...good, dryRun: true }, {}, 400],
    ['an empty body', '', {}, 400],
    ['more than it takes', `{"items":[],"events":[]${' '.repeat(4_194_304)}}`, {}, 413],
  ])('%s', async (_, body, headers, status) => {
    const before = (await stored()).length;
    expect(await flow.ask({ route, body, headers })).toMatchObject({ status, body: { status } });
    expect(await stored()).toHaveLength(before);
  });
});
