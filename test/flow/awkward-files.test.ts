import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTasksFlow, plainCsv, type TasksFlow } from './open-tasks-flow.ts';

let flow: TasksFlow;

beforeAll(async () => {
  flow = await openTasksFlow();
});
afterAll(() => flow.close());

async function outcomeOf(content: string | Buffer, name: string) {
  const key = await flow.upload(content, name);
  await flow.untilQuiet();
  const [file, ...others] = await flow.files(key);
  expect(others).toEqual([]);
  return {
    file,
    tasks: await flow.tasks(file?.taskFileId ?? ''),
    rejects: await flow.rejects(file?.taskFileId ?? ''),
  };
}

describe('completes', () => {
  it.each<[string, string, string[]]>([
    ['a header in any order and case', 'DUEAT, Title ,Other\n2027-01-01,Milk,x\n', ['Milk']],
    [
      'what Excel writes',
      '\uFEFFtitle;isComplete\r\n"Milk; eggs";TRUE\r\nBread;0\r\n',
      ['Milk; eggs', 'Bread'],
    ],
    [
      'quotes, commas and newlines in cells',
      'title,detail\n"Say ""hi"", now","two\nlines"\n',
      ['Say "hi", now'],
    ],
    ['empty lines', 'title\n\nMilk\n\n\nBread\n\n', ['Milk', 'Bread']],
    [
      'rows that are too short or too long',
      'title,detail,dueAt\nMilk\nBread,brown,2027-01-01,left,over\n',
      ['Milk', 'Bread'],
    ],
    ['a file without a last newline', 'title\nMilk', ['Milk']],
    ['umlauts and emoji', 'title\nKäse 🧀\n', ['Käse 🧀']],
  ])('%s', async (name, csv, titles) => {
    const { file, tasks } = await outcomeOf(csv, `${name}.csv`);
    expect([...tasks.values()]).toEqual(titles);
    expect(file).toMatchObject({
      status: 'COMPLETED',
      total: titles.length,
      created: titles.length,
      rejected: 0,
    });
  });

  it('a file with only a header', async () => {
    const { file } = await outcomeOf('title,detail\n', 'header.csv');
    expect(file).toMatchObject({ status: 'COMPLETED', total: 0, created: 0, rejected: 0 });
  });

  it('a file with a quote that is never closed, but for that row', async () => {
    const { file, tasks, rejects } = await outcomeOf('title\nMilk\n"Bread\nEggs\n', 'quote.csv');
    expect([...tasks.values()]).toEqual(['Milk', 'Eggs']);
    expect(file).toMatchObject({ status: 'COMPLETED', total: 3, created: 2, rejected: 1 });
    expect(rejects).toMatchObject([{ line: 3, reason: expect.stringContaining('quote') }]);
  });

  it('an object whose key has spaces and umlauts, for the owner that the key names', async () => {
    const { file } = await outcomeOf('title\nMilk\n', 'mein Käse & mehr+plus.csv');
    const item = await flow.fileItem(file?.taskFileId ?? '');
    expect(item).toMatchObject({ owner: { S: 'ada' }, name: { S: 'mein Käse & mehr+plus.csv' } });
  });
});

describe('fails, with the reason,', () => {
  it.each<[string, string | Buffer, RegExp]>([
    ['an empty file', '', /empty/],
    ['a file of blank lines', '\n\n\n', /empty/],
    ['a file without a title column', 'name,when\nMilk,now\n', /no "title" column.*"name", "when"/],
    ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]), /./],
    ['a file in Latin-1', Buffer.from('title\nK\u00e4se\n', 'latin1'), /UTF-8/],
    ['a file in UTF-16', Buffer.from('\ufefftitle\nMilk\n', 'utf16le'), /UTF-16/],
  ])('%s', async (name, content, reason) => {
    const { file, tasks } = await outcomeOf(content, `${name}.csv`);
    expect(file?.status).toBe('FAILED');
    expect(file?.reason).toMatch(reason);
    expect(tasks.size).toBe(0);
  });
});

describe('a file too long for one invocation', () => {
  let slow: TasksFlow;
  beforeAll(async () => {
    slow = await openTasksFlow({
      overrides: { 'read-task-file': { timeoutSeconds: 3, environment: { ROWS_PER_EVENT: '2' } } },
    });
  });
  afterAll(() => slow.close());

  it('is handed over until it is read, and is exact', async () => {
    const rows = 1_600;
    // One event in each request to the bus is refused three times: reading takes some times the limit of three seconds.
    for (let part = 0; part < rows / 2; part += 10) {
      const subject = `part\\":${part},`;
      slow.aws.faults.inject({ hop: 'bus', effect: 'throttle', subject, times: 3 });
    }
    let handOvers = 0;
    slow.aws.observations.on('published', ({ detailType }) => {
      if (detailType === 'TaskFileReadPaused.v1') handOvers += 1;
    });
    const key = await slow.upload(plainCsv(rows), 'long.csv');
    await slow.untilQuiet();
    expect(await slow.deadLetters('read-task-file')).toEqual([]);
    const [file] = await slow.files(key);
    expect(file).toMatchObject({ status: 'COMPLETED', total: rows, created: rows, rejected: 0, failed: 0 });
    expect((await slow.tasks(file?.taskFileId ?? '')).size).toBe(rows);
    expect(handOvers).toBeGreaterThan(1);
  });
});
