import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEventChecker } from '../../../tools/check-event.ts';
import { parseMoment } from '../../../tools/parse-moment.ts';
import { nothingFed } from '../../../tools/replay/feed.ts';
import { findReplays } from '../../../tools/replay/find-replays.ts';
import { narrowTo } from '../../../tools/replay/narrow-to.ts';
import { planReplay } from '../../../tools/replay/plan-replay.ts';
import { readSelection } from '../../../tools/replay/read-selection.ts';
import { removeReplay } from '../../../tools/replay/remove-replay.ts';
import { renderPlan } from '../../../tools/replay/render-plan.ts';
import type { PlanOptions } from '../../../tools/replay/replay-plan.ts';
import { writeState } from '../../../tools/replay/replay-state.ts';
import { runReplay } from '../../../tools/replay/run-replay.ts';
import { readArchive } from '../../../tools/target/read-archive.ts';
import { type Consumer, readConsumers } from '../../../tools/target/read-consumers.ts';
import { happening, item, openReplays, type Replays } from './open-replays.ts';

const now = Date.parse('2026-11-21T12:00:00Z');
const archive = {
  name: 'fanbus-dev',
  arn: '',
  busArn: 'arn:aws:events:us-east-1:000000000000:event-bus/fanbus-dev',
  retentionDays: 7,
  keptSince: Date.parse('2026-11-14T12:00:00Z'),
  events: 10,
  bytes: 1_000,
};
const types = ['fanbus.tasks/TaskRowsRead.v1', 'fanbus.items/ItemStored.v1', 'aws.s3/Object Created'];
const select = (given: Partial<Parameters<typeof readSelection>[0]>) =>
  readSelection({ types: [], ...given }, { archive, now, types });

describe('a selection', () => {
  it.each([
    ['30d', '2026-10-22T12:00:00Z'],
    ['90m', '2026-11-21T10:30:00Z'],
    ['2026-11-20', '2026-11-20T00:00:00Z'],
    ['2026-11-20T09:00:00+02:00', '2026-11-20T07:00:00Z'],
  ])('takes %s for %s', (text, moment) => {
    expect(parseMoment('since', text, now)).toBe(Date.parse(moment));
  });

  it('of more than the archive keeps is cut to that', () => {
    expect(select({ since: '30d' })).toEqual({
      since: archive.keptSince,
      until: now,
      isCut: true,
      patterns: [],
    });
  });

  it('of types, a chain and a pattern is all of them together', () => {
    const { patterns } = select({
      since: '1h',
      types: ['TaskRowsRead.v1', 'fanbus.items/ItemStored.v1'],
      correlation: 'c-1',
      pattern: '{"detail":{"data":{"n":[1.0]}}}',
    });
    expect(patterns).toEqual([
      '{"source":["fanbus.tasks","fanbus.items"],"detail-type":["TaskRowsRead.v1","ItemStored.v1"]}',
      '{"$or":[{"id":["c-1"]},{"detail":{"metadata":{"correlationId":["c-1"]}}}]}',
      '{"detail":{"data":{"n":[1.0]}}}',
    ]);
  });

  it.each([
    [{}, 'no --since: say how far back'],
    [{ since: 'yesterday' }, '--since yesterday is no moment: give how long ago'],
    [
      { since: '2026-12-01' },
      '--since 2026-12-01 is in the future: the archive fanbus-dev keeps 7 days, now since',
    ],
    [{ since: '2d', until: '2026-12-01' }, '--until 2026-12-01 is in the future'],
    [{ since: '1h', until: '2h' }, 'the window is empty: it begins at'],
    [{ since: '30d', until: '20d' }, 'nothing is left of 2026-10-22T12:00:00.000Z to'],
    [{ since: '1h', types: ['TaskRowRead.v1'] }, 'Did you mean "TaskRowsRead.v1"?'],
    [{ since: '1h', pattern: '{"source":"x"}' }, '--pattern is none that EventBridge takes'],
    [{ since: '1h', pattern: '{' }, '--pattern is none that EventBridge takes'],
    [
      { since: '1h', types: ['ItemStored.v1'], pattern: '{"source":["x"]}' },
      '--pattern says something of "source", and so does --type',
    ],
    [{ since: '1h', pattern: '{"replay-name":["x"]}' }, '--pattern names replay-name'],
  ])('refuses %j', (given, message) => {
    expect(() => select(given)).toThrow(message);
  });

  it('is narrowed to what the consumers hear, where that can be told', () => {
    const hears = (...patterns: string[]) =>
      ({ rules: patterns.map((pattern) => ({ pattern, isEnabled: true })) }) as unknown as Consumer;
    const one = hears('{"source":["a"],"detail-type":["X"],"detail":{"n":[1]}}');
    const all = hears('{"source":[{"prefix":"b"}]}');
    expect(narrowTo([one], [])).toBe('{"source":["a"],"detail-type":["X"]}');
    expect(narrowTo([one, all], [])).toBe('{"source":["a",{"prefix":"b"}]}');
    expect(narrowTo([one], ['{"detail-type":["Y"]}'])).toBe('{"source":["a"]}');
    expect(narrowTo([hears('{"detail":{"n":[1]}}')], [])).toBeUndefined();
  });
});

describe('a replay', () => {
  let replays: Replays;
  let consumers: readonly Consumer[];
  let begun: number;
  let completed: ReturnType<typeof item>;
  beforeAll(async () => {
    replays = await openReplays();
    consumers = await readConsumers(replays.target);
    begun = Date.now() - 3_600_000;
    const first = item(1);
    const causationId = first.detail.metadata.eventId;
    const ofAws = '17793124-05d4-b198-2fde-7ededc63b103';
    completed = happening(
      'fanbus.tasks/TaskFileCompleted.v1',
      { total: 'many' },
      { causationId: ofAws, correlationId: ofAws, producer: 'read-task-file' },
    );
    const stored = happening(
      'fanbus.items/ItemStored.v1',
      { itemId: randomUUID(), owner: 'ada', id: '1' },
      { causationId, producer: 'store-item' },
    );
    await replays.publish([first, item(2), item(3), completed, stored]);
    // Before the consumers' queues were there, and longer ago than what is asked for.
    await replays.record([item(4, begun + 60_000), item(5, begun - 60_000)]);
    replays.empty();
  });
  afterAll(() => replays.close());

  async function optionsFor(
    names: readonly string[],
    patterns: readonly string[] = [],
  ): Promise<PlanOptions> {
    return {
      target: replays.target,
      archive: await readArchive(replays.target, Date.now()),
      selection: { since: begun - (begun % 1_000), until: Date.now(), isCut: false, patterns },
      consumers: consumers.filter(({ name }) => names.includes(name)),
      check: createEventChecker(),
      isRecordRead: true,
      signal: new AbortController().signal,
    };
  }

  it('is planned by what is on record: counts, receivers, what they have answered, and what no longer fits', async () => {
    const plan = await planReplay({ ...(await optionsFor(consumers.map(({ name }) => name))), rate: 2 });
    expect(plan).toMatchObject({ basis: 'record', events: 7, isAtLeast: true, rate: 2, seconds: 4 });
    expect(plan.types).toEqual([
      { type: 'fanbus.items/ItemReceived.v1', events: 4, isAtLeast: false },
      { type: 'aws.s3/Object Created', events: 1, isAtLeast: true },
      { type: 'fanbus.items/ItemStored.v1', events: 1, isAtLeast: false },
      { type: 'fanbus.tasks/TaskFileCompleted.v1', events: 1, isAtLeast: false },
    ]);
    expect(plan.consumers).toEqual([
      { name: 'complete-task-file', events: 0, isAtLeast: false, before: 0 },
      { name: 'label-item', events: 4, isAtLeast: false, before: 1 },
      { name: 'read-task-file', events: 1, isAtLeast: true, before: 0, applied: 1 },
      { name: 'store-item', events: 4, isAtLeast: false, before: 1, applied: 1 },
    ]);
    expect(plan.misfits).toEqual([
      {
        type: 'fanbus.tasks/TaskFileCompleted.v1',
        eventId: completed.detail.metadata.eventId,
        problem: expect.stringContaining("must have required property 'taskFileId'"),
      },
    ]);
    // Seven replayed events and their way through two queues.
    expect(plan.usd).toBeGreaterThan(6e-6);
    expect(plan.usd).toBeLessThan(6e-5);
    expect(renderPlan(plan)).toContain('  store-item      4     1               ≥ 1');
  });

  it('that has nothing to do is refused', async () => {
    const none = await optionsFor(['label-item'], ['{"detail-type":["TaskUpdated.v1"]}']);
    await expect(planReplay(none)).rejects.toThrow('the record has no such event from');
    const others = await optionsFor(['label-item'], ['{"detail-type":["ItemStored.v1"]}']);
    await expect(planReplay(others)).rejects.toThrow('none of the 1 events goes to label-item');
  });

  it('without the record is an estimate, and says so', async () => {
    const plan = await planReplay({ ...(await optionsFor(['label-item'])), isRecordRead: false });
    expect(plan).toMatchObject({ basis: 'archive', types: [], consumers: [{ name: 'label-item' }] });
    expect(plan.events).toBeGreaterThan(0);
    expect(plan.warnings.join()).toContain('share of the 5 in the archive');
  });

  it('to one consumer goes to that one alone, and leaves nothing', async () => {
    const options = await optionsFor(['label-item']);
    const fed = nothingFed();
    const result = await runReplay({
      ...options,
      isForAll: false,
      plan: { events: 5 },
      fed,
      onOpened: () => {},
      onProgress: () => {},
    });
    expect(result).toMatchObject({
      events: 5,
      consumers: [{ name: 'label-item', handedOn: 3, waiting: 3, newDeadLetters: 0 }],
      misfits: [{ type: 'fanbus.tasks/TaskFileCompleted.v1' }],
      unwanted: 1,
    });
    expect(consumers.map(({ name }) => [name, replays.received(name)])).toEqual([
      ['complete-task-file', 0],
      ['label-item', 3],
      ['read-task-file', 0],
      ['store-item', 0],
    ]);
    expect(await replays.leftovers()).toEqual([]);
    replays.empty();
  });

  it('waits while it is paused, and takes in nothing that is said meanwhile', async () => {
    const live = Promise.withResolvers<void>();
    let queueUrl = '';
    let pausedAt: number | undefined;
    const set = (state: 'paused' | 'running') => writeState(queueUrl, { state }, replays.sqs);
    const running = runReplay({
      ...(await optionsFor(['label-item'])),
      isForAll: false,
      plan: { events: 5, rate: 4 },
      fed: nothingFed(),
      onOpened: (opened) => {
        queueUrl = opened.queueUrl;
        set('paused').then(() => {}, live.reject);
      },
      onProgress: ({ events, isPaused }) => {
        if (!isPaused) return;
        // Twice seen at rest: nobody goes on.
        if (pausedAt === events) live.resolve();
        pausedAt = events;
      },
    });
    await live.promise;
    expect(pausedAt).toBeLessThan(5);
    expect(await findReplays(replays.target)).toMatchObject([
      { state: 'paused', consumers: ['label-item'], rate: 4, isFed: true, queueUrl },
    ]);
    await replays.publish([item(6)]);
    await set('running');
    expect(await running).toMatchObject({ events: 5, consumers: [{ handedOn: 3 }] });
    expect(replays.received('label-item')).toBe(4);
    replays.empty();
  });

  it('that is stopped or cancelled half-way leaves nothing', async () => {
    const stop = new AbortController();
    const start = async (atFirst: (name: string) => void) => {
      let name = '';
      return runReplay({
        ...(await optionsFor(['label-item'])),
        signal: stop.signal,
        isForAll: false,
        plan: { events: 5, rate: 0.1 },
        fed: nothingFed(),
        onOpened: (opened) => {
          name = opened.name;
        },
        onProgress: ({ waiting }) => {
          if (waiting > 0) atFirst(name);
        },
      });
    };
    const cancelled = start((name) => void removeReplay(replays.target, name));
    await expect(cancelled).rejects.toThrow(
      /the replay fanbus-temporary-replay-dev-\S+ was cancelled elsewhere/,
    );
    expect(await replays.leftovers()).toEqual([]);
    await expect(start(() => stop.abort(new Error('enough')))).rejects.toThrow('enough');
    expect(await replays.leftovers()).toEqual([]);
    expect(await findReplays(replays.target)).toEqual([]);
  });
});
