import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Envelope, EventOf } from '../../services/runtime/event.ts';
import { plainCsv } from '../flow/open-tasks-flow.ts';
import { type Hops, openHops } from './open-hops.ts';

let hops: Hops;
const undo: (() => void)[] = [];
beforeAll(async () => {
  // A row is a part, so that the test decides which rows are done.
  hops = await openHops({ overrides: { 'read-task-file': { environment: { ROWS_PER_EVENT: '1' } } } });
});
afterEach(() => {
  for (const step of undo.splice(0)) step();
});
afterAll(() => hops.close());

const isRowsRead = (event: Envelope): event is EventOf<'TaskRowsRead.v1'> =>
  event['detail-type'] === 'TaskRowsRead.v1';
const completions = (key: string) =>
  hops.chainOf(key).filter((event) => event['detail-type'] === 'TaskFileCompleted.v1');
const theFile = async (key: string) => {
  const [file] = await hops.files(key);
  if (!file) throw new Error(`no task file of ${key}`);
  return file;
};
const missing = async (key: string) => hops.fanIn.missing({ jobId: (await theFile(key)).taskFileId });

/** Uploads a file and waits until it is read to its end, while its worker is paused. */
async function uploadAndRead(csv: string, name: string): Promise<string> {
  const read = hops.next('settled', ({ queue }) => queue === hops.names.consumer('read-task-file'));
  await hops.pause('create-tasks');
  const key = await hops.upload(csv, name);
  await read;
  return key;
}

describe('a file of thirty parts', () => {
  it('is exact at every moment: what is held back is what is missing, and repeats count nothing', async () => {
    const key = await uploadAndRead(plainCsv(30), 'moments.csv');
    expect((await theFile(key)).progress).toMatchObject({ expectedParts: 30, doneParts: 0, totals: {} });
    expect(await missing(key)).toEqual(Array.from({ length: 30 }, (_, part) => `${part}`));

    // Eighteen messages stay with us; of the twelve others each comes three times.
    const held = await hops.receive('create-tasks', 18);
    const others = await hops.receive('create-tasks');
    expect(others).toHaveLength(12);
    for (const { Body = '' } of others) {
      await hops.send('create-tasks', Body);
      await hops.send('create-tasks', Body);
      await hops.send('create-tasks', Body);
    }
    const settled = untilSettled('create-tasks', 36);
    hops.resume('create-tasks');
    await settled;

    const partOf = ({ Body = '' }) => (JSON.parse(Body) as EventOf<'TaskRowsRead.v1'>).detail.data.part;
    const file = await theFile(key);
    expect(file).toMatchObject({
      status: 'IN_PROGRESS',
      progress: { doneParts: 12, totals: { created: 12, rejected: 0 }, complete: false },
    });
    expect(await missing(key)).toEqual(
      held
        .map(partOf)
        .toSorted((a, b) => a - b)
        .map(String),
    );
    expect([...(await hops.tasks(file.taskFileId)).keys()]).toEqual(
      others
        .map(partOf)
        .toSorted((a, b) => a - b)
        .map((part) => part + 2),
    );
    expect(completions(key)).toEqual([]);

    for (const { Body = '' } of held) await hops.send('create-tasks', Body);
    await hops.untilQuiet();
    expect(await theFile(key)).toMatchObject({
      status: 'COMPLETED',
      created: 30,
      progress: { doneParts: 30, totals: { created: 30, rejected: 0 }, complete: true },
    });
    expect(await missing(key)).toEqual([]);
    expect(completions(key)).toHaveLength(1);
  });

  it('stays as it is when each of its events comes again, late', async () => {
    const key = await hops.upload(plainCsv(30), 'repeats.csv');
    await hops.untilQuiet();
    const file = await theFile(key);
    const item = await hops.fileItem(file.taskFileId);
    const announced = completions(key);
    for (const event of hops.chainOf(key).filter(isRowsRead)) {
      await hops.send('create-tasks', JSON.stringify(event));
    }
    for (const event of announced) {
      await hops.send('complete-task-file', JSON.stringify(event));
      await hops.send('complete-task-file', JSON.stringify(event));
    }
    await hops.untilQuiet();

    expect(await theFile(key)).toEqual(file);
    expect(await hops.fileItem(file.taskFileId)).toEqual(item);
    expect(completions(key)).toEqual(announced);
  });
});

it('counts each row as created or rejected, and names the rejected ones', async () => {
  const key = await hops.upload('title,dueAt\nGood,\n,\nLate,tomorrow\nBetter,2027-01-01\n', 'mixed.csv');
  await hops.untilQuiet();
  const file = await theFile(key);
  expect(file).toMatchObject({
    status: 'COMPLETED',
    total: 4,
    progress: { expectedParts: 4, totals: { created: 2, rejected: 2 } },
  });
  expect(await hops.rejects(file.taskFileId)).toEqual([
    { line: 3, reason: 'the title is missing' },
    { line: 4, reason: expect.stringContaining('dueAt is "tomorrow"') },
  ]);
});

it('counts exactly over several shards', async () => {
  const key = await hops.upload(plainCsv(450), 'shards.csv');
  await hops.untilQuiet();
  expect(await theFile(key)).toMatchObject({
    status: 'COMPLETED',
    created: 450,
    progress: { expectedParts: 450, doneParts: 450, totals: { created: 450 } },
  });
});

it('lets the reader announce a file that has no parts', async () => {
  const key = await hops.upload('title\n', 'header.csv');
  await hops.untilQuiet();
  expect(completions(key)).toMatchObject([{ detail: { metadata: { producer: 'read-task-file' } } }]);
  expect(await theFile(key)).toMatchObject({ status: 'COMPLETED', total: 0 });
});

it('corrects the totals once when a row that was given up is put back, however often it comes', async () => {
  const heal = hops.aws.faults.inject({ hop: 'fan-in', effect: 'throttle', subject: '"Task 7"' });
  undo.push(heal);
  const key = await hops.upload(plainCsv(12), 'corrected.csv');
  await hops.untilQuiet();
  expect(await theFile(key)).toMatchObject({
    status: 'COMPLETED',
    total: 12,
    created: 11,
    failed: 1,
    progress: { totals: { created: 11 }, failed: 1, complete: true },
  });

  heal();
  const [letter, ...others] = await hops.takeDeadLetters('create-tasks');
  expect(others).toEqual([]);
  for (let times = 0; times < 3; times += 1) await hops.send('create-tasks', letter?.Body ?? '');
  await hops.untilQuiet();
  expect(await theFile(key)).toMatchObject({
    status: 'COMPLETED',
    total: 12,
    created: 12,
    failed: 0,
    progress: { totals: { created: 12 }, failed: 0, complete: true },
  });
  const totals = completions(key).map(
    ({ detail }) => (detail as EventOf<'TaskFileCompleted.v1'>['detail']).data,
  );
  expect(totals.at(0)).toMatchObject({ created: 11, failed: 1 });
  expect(totals.at(-1)).toMatchObject({ created: 12, failed: 0 });
});

/** Resolves when so many messages of a consumer's queue have been handled from now on. */
function untilSettled(consumer: string, messages: number): Promise<unknown> {
  let done = 0;
  return hops.next('settled', (batch) => {
    if (batch.queue === hops.names.consumer(consumer)) done += batch.done.length;
    return done >= messages;
  });
}
