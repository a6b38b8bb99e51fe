import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRecorder, type Wire } from './open-recorder.ts';
import { idOf, ownEvent } from './own-events.ts';

let recorder: Awaited<ReturnType<typeof openRecorder>>;
beforeAll(async () => {
  recorder = await openRecorder();
});
afterAll(() => recorder.close());

const done = { kind: 'done' };
const DAY_MS = 86_400_000;

describe('a batch', () => {
  it('is a file for each source, type and hour, with a line for each event', async () => {
    const { record, files } = await recorder.open();
    const [a, b] = [ownEvent(), ownEvent({ data: { words: 'two\nlines' }, 'replay-name': 'again' })];
    const later = ownEvent({ occurredAt: '2026-11-21T10:00:00.000+00:30' });
    const latest = ownEvent({ occurredAt: '2026-11-21T10:00:00.000Z' });
    const other = ownEvent({ source: 'fanbus.images', 'detail-type': 'Seen.v2' });
    expect(await record([a, b, later, latest, other])).toEqual([done, done, done, done, done]);

    const found = await files();
    const name = /^[0-9a-f-]{36}\.ndjson\.gz$/;
    expect(
      found.map(({ key }) => [key.slice(0, key.lastIndexOf('/')), name.test(key.split('/').at(-1) ?? '')]),
    ).toEqual([
      ['events/source=fanbus.images/type=Seen.v2/date=2026-11-21/hour=09', true],
      ['events/source=fanbus.tasks/type=Happened.v1/date=2026-11-21/hour=09', true],
      ['events/source=fanbus.tasks/type=Happened.v1/date=2026-11-21/hour=10', true],
    ]);
    expect(found.map(({ lines }) => lines.map(({ eventId }) => eventId))).toEqual([
      [idOf(other)],
      [idOf(a), idOf(b), idOf(later)],
      [idOf(latest)],
    ]);
    expect(found[1]?.lines[1]).toEqual({
      eventId: idOf(b),
      source: 'fanbus.tasks',
      type: 'Happened.v1',
      time: '2026-11-21T09:30:01Z',
      occurredAt: '2026-11-21T09:30:00.000Z',
      correlationId: 'chain-1',
      producer: 'test',
      replayName: 'again',
      data: { words: 'two\nlines' },
    });
  });

  it('parks what no folder can have, and records the rest', async () => {
    const { record, recorded } = await recorder.open();
    const good = ownEvent();
    const parked = {
      kind: 'park',
      reason: expect.stringContaining('no folder can have its name or its time'),
    };
    expect(
      await record([
        ownEvent({ 'detail-type': 'With/slash.v1' }),
        good,
        ownEvent({ source: 'fanbus.a=b' }),
        ownEvent({ occurredAt: '2026-12-31T23:59:60Z' }),
        ownEvent({ occurredAt: '9999-12-31T23:59:59-01:00' }),
      ]),
    ).toEqual([parked, done, parked, parked, parked]);
    expect(await recorded()).toEqual([idOf(good)]);
  });
});

describe('an event that comes again', () => {
  it('is recorded once: in the same batch, in another, and weeks later in a replay', async () => {
    const { record, recorded, files } = await recorder.open();
    const [a, b] = [ownEvent(), ownEvent()];
    expect(await record([a, a])).toEqual([done, done]);
    expect(await record([b, a])).toEqual([done, done]);
    recorder.clock.advance(30 * DAY_MS);
    expect(
      await record([
        { ...a, 'replay-name': 'again' },
        { ...b, 'replay-name': 'again' },
      ]),
    ).toEqual([done, done]);
    expect(await recorded()).toEqual([idOf(a), idOf(b)].sort());
    expect(await files()).toHaveLength(2);
  });

  it('is left to who claimed it for a minute, and then recorded, though its claimer died', async () => {
    const { record, recorded, files } = await recorder.open();
    const event = ownEvent();
    await record([event], diesAt('BatchExecuteStatement', 'after'));
    expect(await record([event])).toEqual([
      { kind: 'retry', reason: 'another invocation is recording it', afterSeconds: 60 },
    ]);
    recorder.clock.advance(60_000);
    expect(await record([event])).toEqual([done]);
    expect(await recorded()).toEqual([idOf(event)]);
    // The dead one's file is closed: there, and empty.
    expect((await files()).map(({ lines }) => lines.length).sort()).toEqual([0, 1]);
  });

  it('is found recorded when only the acknowledgement was lost', async () => {
    const { record, recorded, files } = await recorder.open();
    const event = ownEvent();
    expect(await record([event], diesAt('PutObject', 'after'))).toMatchObject([{ kind: 'retry' }]);
    expect(await record([event])).toEqual([done]);
    expect(await recorded()).toEqual([idOf(event)]);
    expect(await files()).toHaveLength(1);
  });

  it('passes on once more when the second claimer dies too', async () => {
    const { record, recorded } = await recorder.open();
    const event = ownEvent();
    await record([event], diesAt('PutObject', 'before'));
    for (const request of ['PutObject', 'UpdateItem'] as const) {
      recorder.clock.advance(60_000);
      await record([event], diesAt(request, 'after'));
    }
    recorder.clock.advance(60_000);
    expect(await record([event])).toEqual([done]);
    expect(await recorded()).toEqual([idOf(event)]);
  });
});

it('does not write the file of a claimer that comes so late that its events have passed to another', async () => {
  const { record, recorded } = await recorder.open();
  const event = ownEvent();
  const arrived = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const late = record([event], async (send, request) => {
    if (request === 'PutObject') {
      arrived.resolve();
      await goOn.promise;
    }
    return send();
  });
  await arrived.promise;
  recorder.clock.advance(60_000);
  expect(await record([event])).toEqual([done]);
  goOn.resolve();
  expect(await late).toEqual([{ kind: 'retry', reason: 'its file was closed by another invocation' }]);
  expect(await recorded()).toEqual([idOf(event)]);
});

it('writes no file as long as it may lack an event that is claimed for it', async () => {
  const { record, recorded } = await recorder.open();
  const events = Array.from({ length: 26 }, () => ownEvent());
  const late: (() => Promise<unknown>)[] = [];
  let calls = 0;
  // The second claim is on its way for so long that nobody waits for its answer.
  const outcomes = await record(events, async (send, request) => {
    if (request !== 'BatchExecuteStatement') return send();
    calls += 1;
    if (calls === 1) return send();
    late.push(send);
    throw new Error('no answer in time');
  });
  expect(outcomes).toEqual(events.map(() => expect.objectContaining({ kind: 'retry' })));
  for (const send of late) await send();
  expect(await recorded()).toEqual([]);

  recorder.clock.advance(60_000);
  expect(await record(events)).toEqual(events.map(() => done));
  expect(await recorded()).toEqual(events.map(idOf).sort());
});

it('records many hours and types of one batch, each claim read once', async () => {
  const { record, recorded } = await recorder.open();
  const events = Array.from({ length: 120 }, (_, n) =>
    ownEvent({ 'detail-type': `Type${n % 3}.v1`, occurredAt: `2026-11-21T0${n % 4}:00:00Z` }),
  );
  expect(await record(events)).toEqual(events.map(() => done));
  const requests = new Map<string, number>();
  const count: Wire = (send, request) => {
    requests.set(request, (requests.get(request) ?? 0) + 1);
    return send();
  };
  await record(events, count);
  expect(Object.fromEntries(requests)).toEqual({ BatchExecuteStatement: 5, BatchGetItem: 2, HeadObject: 12 });
  expect(await recorded()).toEqual(events.map(idOf).sort());
});

/** A worker that dies at this request: before it is sent, or when it was answered. */
function diesAt(request: string, when: 'before' | 'after'): Wire {
  let isDead = false;
  return async (send, name) => {
    if (isDead) throw new Error('the worker is dead');
    if (name !== request) return send();
    isDead = true;
    if (when === 'after') await send();
    throw new Error('the worker died');
  };
}
