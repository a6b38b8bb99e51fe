import { DeleteItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, it } from 'vitest';
import { openTasks } from './open-tasks.ts';

type Tasks = Awaited<ReturnType<typeof openTasks>>;
let tasks: Tasks;
afterEach(() => tasks?.close());

const HEADER = 'title,detail,dueAt,isComplete\n';
const rows = (n: number) => Array.from({ length: n }, (_, i) => `Task ${i},some detail,,${i % 2}\n`).join('');
const titles = async () => (await tasks.tasks()).map(({ title }) => title);
const expected = (n: number) => Array.from({ length: n }, (_, i) => `Task ${i}`);
const completed = (created: number, other: object = {}) => ({
  name: 'list.csv',
  owner: 'ada',
  status: 'COMPLETED',
  total: created,
  created,
  rejected: 0,
  failed: 0,
  rowsRead: created,
  ...other,
});

describe('a file', () => {
  it('becomes tasks and rejects, and is completed with their counts', async () => {
    tasks = await openTasks();
    tasks.upload(
      `${HEADER}Buy milk,2 l,2026-12-01,\n,no title,,\n"Call, Grace",,,TRUE\n"x"y,,,\n\nPay,,soon,\n`,
    );
    await tasks.drain();
    expect(await tasks.tasks()).toEqual([
      {
        list: expect.stringMatching(/^ada#(0\d|1[0-5])$/),
        id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
        line: 2,
        title: 'Buy milk',
        detail: '2 l',
        dueAt: '2026-12-01T00:00:00.000Z',
        isComplete: false,
      },
      { list: expect.any(String), id: expect.any(String), line: 4, title: 'Call, Grace', isComplete: true },
    ]);
    expect(await tasks.rejects()).toEqual([
      { line: 3, reason: 'the title is missing' },
      { line: 5, reason: expect.stringContaining('text follows a closing quote') },
      { line: 7, reason: expect.stringContaining('dueAt is "soon"') },
    ]);
    expect(await tasks.files()).toEqual([completed(2, { total: 5, rejected: 3, rowsRead: 5 })]);
    expect(tasks.types().get('TaskFileCompleted.v1')).toHaveLength(1);
    expect(tasks.deadLetters).toEqual([]);
  });

  it('of a header alone is completed with nothing in it', async () => {
    tasks = await openTasks();
    tasks.upload(HEADER, 'task-files/list.csv');
    await tasks.drain();
    expect(await tasks.files()).toEqual([completed(0, { owner: 'shared' })]);
    expect(tasks.types().get('TaskFileCompleted.v1')).toHaveLength(1);
  });

  it('uploaded again is another file', async () => {
    tasks = await openTasks();
    tasks.upload(HEADER + rows(3));
    await tasks.drain();
    tasks.upload(HEADER + rows(3));
    await tasks.drain();
    expect(await tasks.files()).toEqual([completed(3), completed(3)]);
    expect(await tasks.tasks()).toHaveLength(6);
  });

  it.each<[string, string | Buffer, RegExp]>([
    ['is empty', '', /is empty/],
    ['has no title column', 'name\nx\n', /no "title" column/],
    ['is not UTF-8', Buffer.from('title\ncaf\xe9\n', 'latin1'), /not UTF-8/],
  ])('that %s fails with the reason', async (_, content, reason) => {
    tasks = await openTasks();
    tasks.upload(content);
    await tasks.drain();
    expect(await tasks.files()).toEqual([
      { name: 'list.csv', owner: 'ada', status: 'FAILED', reason: expect.stringMatching(reason) },
    ]);
    const [event] = tasks.types().get('TaskFileFailed.v1') ?? [];
    expect(event?.detail).toMatchObject({ data: { reason: expect.stringMatching(reason) } });
  });

  it('that was replaced or deleted before it is read fails, and says so', async () => {
    tasks = await openTasks();
    tasks.upload(HEADER + rows(3));
    tasks.upload(HEADER + rows(2));
    tasks.upload(HEADER, 'task-files/ada/gone.csv');
    tasks.forget('task-files/ada/gone.csv');
    await tasks.drain();
    expect(await tasks.files()).toMatchObject([
      { status: 'FAILED', reason: 'the object was replaced' },
      completed(2),
      { status: 'FAILED', reason: 'the object was deleted' },
    ]);
  });

  it('of an owner whose name is too long fails', async () => {
    tasks = await openTasks();
    tasks.upload(HEADER, `task-files/${'o'.repeat(129)}/list.csv`);
    await tasks.drain();
    expect(await tasks.files()).toMatchObject([{ status: 'FAILED', reason: /longer than 128 bytes/ }]);
  });

  it('is not made of a folder', async () => {
    tasks = await openTasks();
    tasks.upload('', 'task-files/ada/');
    await tasks.drain();
    expect(await tasks.files()).toEqual([]);
  });

  it('that takes longer than an invocation hands over as often as it takes', async () => {
    tasks = await openTasks({ rowsPerPart: 3 });
    tasks.upload(HEADER + rows(100));
    // Each look at the clock takes a second of three, so that every invocation sends ten parts.
    const remainingMs = () => {
      let left = 4_000;
      return () => {
        left -= 1_700;
        return left;
      };
    };
    await tasks.drain({ remainingMs });
    expect(tasks.types().get('TaskFileReadPaused.v1')).toHaveLength(3);
    expect(tasks.types().get('TaskRowsRead.v1')).toHaveLength(34);
    expect(await titles()).toEqual(expected(100));
    expect(await tasks.files()).toEqual([completed(100)]);
  });
});

describe.each([
  ['a row in a part', { rowsPerPart: 1, partsPerShard: 4 }],
  ['parts by bytes', {}],
])('with %s', (_, options) => {
  it('a file comes out the same when every message is delivered twice', async () => {
    tasks = await openTasks(options);
    tasks.upload(HEADER + rows(50));
    await tasks.drain({ isTwice: true });
    expect(await titles()).toEqual(expected(50));
    expect(await tasks.files()).toEqual([completed(50)]);
    expect(tasks.deadLetters).toEqual([]);
  });

  it('a file comes out the same whichever request a worker dies after', async () => {
    let hasDied = true;
    let deaths = 0;
    for (let crashAfterRequests = 1; hasDied; crashAfterRequests += 1) {
      tasks = await openTasks(options);
      tasks.upload(`${HEADER}${rows(12)},no title,,\n`);
      hasDied = await tasks.drain({ crashAfterRequests });
      expect(await titles()).toEqual(expected(12));
      expect(await tasks.files()).toEqual([completed(12, { total: 13, rejected: 1, rowsRead: 13 })]);
      expect(tasks.types().get('TaskFileCompleted.v1')?.length).toBeGreaterThan(0);
      expect(tasks.deadLetters).toEqual([]);
      deaths += Number(hasDied);
      if (hasDied) await tasks.close();
    }
    expect(deaths).toBeGreaterThan(15);
  });
});

describe('a replayed event', () => {
  it('brings back no task that was deleted and changes none that was changed', async () => {
    tasks = await openTasks();
    tasks.upload(HEADER + rows(10));
    await tasks.drain();
    const [deleted, changed] = await tasks.tasks();
    const keyOf = (task?: Record<string, unknown>) => ({
      list: { S: `${task?.list}` },
      id: { S: `${task?.id}` },
    });
    await tasks.client.send(new DeleteItemCommand({ TableName: 'tasks', Key: keyOf(deleted) }));
    await tasks.client.send(
      new UpdateItemCommand({
        TableName: 'tasks',
        Key: keyOf(changed),
        UpdateExpression: 'SET title = :title',
        ExpressionAttributeValues: { ':title': { S: 'mine' } },
      }),
    );
    for (const event of [...tasks.published]) tasks.send(event);
    await tasks.drain();
    expect(await titles()).toEqual(['mine', ...expected(10).slice(2)]);
    expect(await tasks.files()).toEqual([completed(10)]);
  });
});

describe('a row that fails', () => {
  it('for ever is parked alone with the reason; everything else is done and the file says so', async () => {
    tasks = await openTasks();
    tasks.aws.faults.inject({ hop: 'fan-in', effect: 'throttle', subject: '"Task 77"' });
    tasks.upload(HEADER + rows(200));
    await tasks.drain();
    expect(await titles()).toEqual(expected(200).filter((title) => title !== 'Task 77'));
    expect(await tasks.files()).toEqual([completed(199, { total: 200, failed: 1, rowsRead: 200 })]);
    expect(tasks.deadLetters).toMatchObject([
      {
        reason: expect.stringContaining('Throttling'),
        event: { detail: { data: { rows: [{ line: 79, title: 'Task 77' }] } } },
      },
    ]);
  });

  it('is done when it is put back later, and the file is announced again', async () => {
    tasks = await openTasks();
    const heal = tasks.aws.faults.inject({ hop: 'fan-in', effect: 'throttle', subject: '"Task 77"' });
    tasks.upload(HEADER + rows(200));
    await tasks.drain();
    heal();
    tasks.redrive();
    await tasks.drain({ isTwice: true });
    expect(await titles()).toEqual(expected(200));
    expect(await tasks.files()).toEqual([completed(200)]);
    expect(tasks.deadLetters).toEqual([]);
  });

  it('and is a part of its own is parked, counted, and done later', async () => {
    tasks = await openTasks({ rowsPerPart: 1 });
    const heal = tasks.aws.faults.inject({ hop: 'fan-in', effect: 'throttle', subject: '"Task 3"' });
    tasks.upload(HEADER + rows(12));
    await tasks.drain();
    expect(tasks.deadLetters).toHaveLength(1);
    expect(await tasks.files()).toEqual([completed(11, { total: 12, failed: 1, rowsRead: 12 })]);
    tasks.redrive();
    await tasks.drain();
    expect(tasks.deadLetters).toHaveLength(1);
    heal();
    tasks.redrive();
    await tasks.drain();
    expect(await titles()).toEqual(expected(12));
    expect(await tasks.files()).toEqual([completed(12)]);
  });

  it('among many that fail is told from them by splitting', async () => {
    tasks = await openTasks();
    tasks.aws.faults.inject({ hop: 'fan-in', effect: 'throttle', subject: '"Task 1' });
    tasks.upload(HEADER + rows(200));
    await tasks.drain();
    const failing = expected(200).filter((title) => title.startsWith('Task 1'));
    expect(await titles()).toEqual(expected(200).filter((title) => !failing.includes(title)));
    expect(tasks.deadLetters).toHaveLength(failing.length);
    expect(await tasks.files()).toEqual([
      completed(200 - failing.length, { total: 200, failed: failing.length, rowsRead: 200 }),
    ]);
  });

  it('now and then is done in the end, and counted once', async () => {
    tasks = await openTasks();
    tasks.aws.faults.inject({ hop: 'fan-in', effect: 'throttle', subject: '"S":"Task', probability: 0.6 });
    tasks.upload(`${HEADER}${rows(100)},no title,,\n${rows(100)}`);
    await tasks.drain({ isTwice: true });
    tasks.redrive();
    await tasks.drain();
    expect(await tasks.tasks()).toHaveLength(200);
    expect(await tasks.rejects()).toEqual([{ line: 102, reason: 'the title is missing' }]);
    expect(await tasks.files()).toEqual([completed(200, { total: 201, rejected: 1, rowsRead: 201 })]);
  });
});
