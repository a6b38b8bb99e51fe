import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openPersistence } from '../../../../tools/local/persistence/open-persistence.ts';
import type { Persistence } from '../../../../tools/local/persistence/persistence.ts';
import { UserError } from '../../../../tools/user-error.ts';

let parent: string;
let folder: string;
const opened: Persistence[] = [];

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'fanbus-persistence-'));
  folder = join(parent, 'data');
});
afterEach(() => {
  for (const persistence of opened.splice(0)) persistence.close();
  rmSync(parent, { recursive: true, force: true });
});

function open(settings: { folder?: string; region?: string } = {}): Persistence {
  const persistence = openPersistence({ folder, region: 'us-east-1', ...settings });
  opened.push(persistence);
  return persistence;
}

function reopen(): Persistence {
  opened.pop()?.close();
  return open();
}

/** The message for people with which the folder is refused. */
function refusal(settings?: { folder?: string; region?: string }): string {
  try {
    open(settings);
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return (error as Error).message;
  }
  throw new Error('it was not refused');
}

describe('a collection', () => {
  it('keeps what was put and not deleted, in the order in which it came', () => {
    const before = open().collection<number>('numbers');
    for (const n of [3, 1, 2, 4]) before.put(String(n), () => n);
    before.delete('1');
    before.put('3', () => 33);
    expect(reopen().collection('numbers').entries()).toEqual([
      ['3', 33],
      ['2', 2],
      ['4', 4],
    ]);
  });

  it('keeps what was put after it was cleared', () => {
    const before = open();
    before.collection<number>('numbers').put('1', () => 1);
    before.commit();
    before.collection<number>('numbers').clear();
    before.collection<number>('numbers').put('2', () => 2);
    expect(reopen().collection('numbers').entries()).toEqual([['2', 2]]);
  });

  it('writes a value as it is when it is written', () => {
    const counter = { n: 0 };
    open()
      .collection<object>('counters')
      .put('a', () => ({ ...counter }));
    counter.n = 5;
    expect(reopen().collection('counters').entries()).toEqual([['a', { n: 5 }]]);
  });

  it('is apart from others', () => {
    const before = open();
    before.collection<number>('a').put('same', () => 1);
    before.collection<number>('b').put('same', () => 2);
    before.collection('a').clear();
    const after = reopen();
    expect([after.collection('a').entries(), after.collection('b').entries()]).toEqual([[], [['same', 2]]]);
  });
});

it('follows a state in memory, and forgets what left it', () => {
  const state = new Map([
    ['a', 1],
    ['b', 2],
  ]);
  const before = open().mirror('state', () => state);
  before.changed();
  expect(
    reopen()
      .mirror('state', () => state)
      .entries(),
  ).toEqual([...state]);

  const again = reopen().mirror('state', () => state);
  state.delete('a');
  state.set('b', 3);
  again.changed();
  expect(
    reopen()
      .mirror('state', () => state)
      .entries(),
  ).toEqual([['b', 3]]);
});

it('tells when what was in memory is on disk', async () => {
  const persistence = open();
  persistence.collection<number>('numbers').put('1', () => 1);
  await new Promise<void>((resolve) => persistence.afterCommit(resolve));
  expect(persistence.collection('numbers').entries()).toEqual([['1', 1]]);
});

describe('a folder', () => {
  it('is free again once its engine has closed it', () => {
    open();
    expect(() => reopen()).not.toThrow();
  });

  it('refuses a second engine and names the process that has it', () => {
    open();
    expect(refusal()).toBe(
      `${folder} is in use by another engine, process ${process.pid}. Stop that one, or give this one another folder.`,
    );
  });

  it('refuses to be where something else is', () => {
    mkdirSync(folder);
    writeFileSync(join(folder, 'thesis.txt'), 'long');
    expect(refusal()).toMatch(
      /is not empty \(it has thesis.txt\) and holds no engine's state\. Give a folder/,
    );
  });

  it('refuses a path that cannot be written', () => {
    writeFileSync(join(parent, 'file'), '');
    const path = join(parent, 'file', 'data');
    expect(refusal({ folder: path })).toContain(`the engine cannot keep its state in ${path}: ENOTDIR`);
    expect(refusal({ folder: path })).toContain('Give a folder that can be written');
    expect(refusal({ folder: '/proc/data' })).toContain('cannot keep its state in /proc/data: ENOENT');
  });

  it('refuses a database that is none', () => {
    mkdirSync(folder);
    writeFileSync(join(folder, 'engine.db'), 'x'.repeat(10_000));
    expect(refusal()).toContain('file is not a database');
  });

  it('refuses the format of another version, and says what to do', () => {
    open();
    opened.pop()?.close();
    const database = new DatabaseSync(join(folder, 'engine.db'));
    database.exec('PRAGMA user_version = 99');
    database.close();
    expect(refusal()).toMatch(
      /holds an engine's state in format 99, and this version reads format 1\. Start the version that wrote it/,
    );
  });

  it('refuses the state of another region', () => {
    open();
    opened.pop()?.close();
    expect(refusal({ region: 'eu-central-1' })).toMatch(
      /holds the state of an engine in us-east-1, and this one is in eu-central-1/,
    );
  });
});
