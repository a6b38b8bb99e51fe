import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Overrides } from '../../infra/overrides.ts';
import type { Fault } from '../../tools/local/faults.ts';
import { openTasksFlow, plainCsv, type TasksFlow } from './open-tasks-flow.ts';

const creator = 'fanbus-dev-create-tasks';
const reader = 'fanbus-dev-read-task-file';

const faults: Record<string, readonly Fault[]> = {
  'nothing goes wrong': [],
  'every message is delivered twice': [
    { hop: 'queue', effect: 'duplicate' },
    { hop: 'rule', effect: 'duplicate' },
  ],
  'the S3 event is delivered twice': [{ hop: 'source', effect: 'duplicate' }],
  'messages come in disorder': [
    { hop: 'queue', effect: 'reorder' },
    { hop: 'rule', effect: 'reorder' },
  ],
  'workers crash between the write and the acknowledgement': [
    { hop: 'function', effect: 'crash', subject: creator, times: 5 },
  ],
  'workers crash in the middle': [
    { hop: 'function', effect: 'crash', subject: creator, afterRequests: 3, times: 3 },
    { hop: 'function', effect: 'crash', subject: creator, afterRequests: 12, times: 2 },
  ],
  'the reader crashes in the middle': [
    { hop: 'function', effect: 'crash', subject: reader, afterRequests: 6, times: 2 },
  ],
  'the last step crashes before its acknowledgement': [
    { hop: 'function', effect: 'crash', subject: 'fanbus-dev-complete-task-file', times: 1 },
  ],
  'the database throttles a tenth of the statements': [
    { hop: 'fan-in', effect: 'throttle', subject: '"Task', probability: 0.1 },
  ],
  'the bus refuses a tenth of the entries': [
    // Of 45 it may be none.
    { hop: 'bus', effect: 'throttle', times: 3 },
    { hop: 'bus', effect: 'throttle', probability: 0.1 },
  ],
};

const packings: { name: string; rows: number; overrides?: Overrides }[] = [
  // 45 parts.
  { name: 'rows packed', rows: 10_000 },
  // Parts for two shards.
  {
    name: 'a message per row',
    rows: 220,
    overrides: { 'read-task-file': { environment: { ROWS_PER_EVENT: '1' } } },
  },
];

// A message per row, twice, with crashes, is thousands of requests: the limit is there for a run that hangs.
describe.each(packings)('$name', { timeout: 120_000 }, ({ rows, overrides }) => {
  let flow: TasksFlow;
  const undo: (() => void)[] = [];
  const csv = plainCsv(rows);

  beforeAll(async () => {
    flow = await openTasksFlow({ overrides, seed: 7 });
  });
  afterEach(() => {
    for (const step of undo.splice(0)) step();
  });
  afterAll(() => flow.close());

  it.each(Object.entries(faults))('makes each row one task, once, when %s', async (name, injected) => {
    for (const fault of injected) undo.push(flow.aws.faults.inject(fault));
    let struck = 0;
    undo.push(
      flow.aws.observations.on('faulted', () => {
        struck += 1;
      }),
    );

    const key = await flow.upload(csv, `${name}.csv`, name);
    await flow.untilQuiet();

    await expectExact(flow, key, rows);
    if (injected.length > 0) expect(struck).toBeGreaterThan(0);
  });

  it('makes each row one task, once, when the poller is restarted in the middle', async () => {
    const key = await flow.upload(csv, 'restart.csv', 'restart');
    const queue = flow.aws.queues.list().find(({ name }) => name === creator);
    await flow.aws.observations.waitFor('settled', ({ function: name }) => name === creator);
    await flow.aws.functions.pausePolling(queue?.arn ?? '');
    flow.aws.functions.resumePolling(queue?.arn ?? '');
    await flow.untilQuiet();
    await expectExact(flow, key, rows);
  });

  it('takes a second upload of the same file for a new file', async () => {
    const key = await flow.upload(csv, 'twice.csv', 'twice');
    await flow.untilQuiet();
    await flow.upload(csv, 'twice.csv', 'twice');
    await flow.untilQuiet();
    const files = await flow.files(key);
    expect(files.map(({ status, created }) => ({ status, created }))).toEqual([
      { status: 'COMPLETED', created: rows },
      { status: 'COMPLETED', created: rows },
    ]);
  });
});

/** The file is COMPLETED, its counts are exact, its tasks are its rows, and nothing is in a dead-letter queue. */
async function expectExact(flow: TasksFlow, key: string, rows: number): Promise<void> {
  const [file, ...others] = await flow.files(key);
  expect(others).toEqual([]);
  expect(file).toMatchObject({ status: 'COMPLETED', total: rows, created: rows, rejected: 0, failed: 0 });
  expect(file?.progress).toMatchObject({ totals: { created: rows }, complete: true, failed: 0 });
  const tasks = await flow.tasks(file?.taskFileId ?? '');
  const wanted = new Map(Array.from({ length: rows }, (_, n) => [n + 2, `Task ${n + 1}`]));
  expect(tasks).toEqual(wanted);
  for (const queue of flow.aws.queues.list()) {
    if (queue.name.endsWith('-dlq')) expect(queue.depth().visible, queue.name).toBe(0);
  }
}
