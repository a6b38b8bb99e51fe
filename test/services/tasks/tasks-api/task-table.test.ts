import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Task } from '../../../../generated/http/tasks.ts';
import { insertTasks } from '../../../../services/tasks/create-tasks/insert-tasks.ts';
import { taskKey } from '../../../../services/tasks/task-key.ts';
import {
  createTaskTable,
  type ListPlace,
  type PageOptions,
  type TaskTable,
} from '../../../../services/tasks/tasks-api/task-table.ts';
import { openTasks } from '../open-tasks.ts';

const TASKS = 10_000;
const isComplete = (line: number) => line % 1_000 === 0;

let system: Awaited<ReturnType<typeof openTasks>>;
let tasks: TaskTable;
beforeAll(async () => {
  system = await openTasks();
  tasks = createTaskTable({ client: system.client, tableName: 'tasks' });
  const taskFileId = 'file';
  await insertTasks(
    Array.from({ length: TASKS }, (_, n) => {
      const owner = n % 100 === 99 ? 'eve' : 'ada';
      const place = { taskFileId, line: n, owner };
      const task = { title: `Task ${n}`, isComplete: isComplete(n) };
      return { ...taskKey(place), ...place, task };
    }),
    { client: system.client, tableName: 'tasks', now: new Date(), hasTime: () => true, wait: async () => {} },
  );
});
afterAll(() => system.close());

/** Walks every page; answers them. */
async function walk(options: Omit<PageOptions, 'from'>, between = async (_: number) => {}) {
  const pages: (readonly Task[])[] = [];
  let from: ListPlace | undefined;
  do {
    const page = await tasks.page({ ...options, from });
    pages.push(page.tasks);
    from = page.next;
    await between(pages.length);
  } while (from);
  return pages;
}

const titles = (pages: readonly (readonly Task[])[]) => pages.flat().map(({ title }) => title);

describe('the pages of 10,000 tasks', () => {
  it.each([100, 37])('hold each of the owner once, %d at most', async (limit) => {
    const pages = await walk({ owner: 'ada', limit });
    expect(titles(pages)).toHaveLength(9_900);
    expect(new Set(titles(pages)).size).toBe(9_900);
    expect(pages.slice(0, -1).every((page) => page.length === limit)).toBe(true);
    expect(pages.flat().every(({ owner }) => owner === 'ada')).toBe(true);
  });

  it('hold only those that a filter lets through, all of them, and look at few at a time', async () => {
    const pages = await walk({ owner: 'ada', limit: 100, isComplete: true });
    expect(titles(pages).sort()).toEqual(
      Array.from({ length: TASKS }, (_, n) => n)
        .filter((n) => isComplete(n) && n % 100 !== 99)
        .map((n) => `Task ${n}`)
        .sort(),
    );
    expect(pages.length).toBeGreaterThan(3);
    expect(titles(await walk({ owner: 'ada', limit: 100, isComplete: false }))).toHaveLength(9_890);
  });

  it('go on where one was deleted that a page ended with', async () => {
    const before = await tasks.page({ owner: 'eve', limit: 10 });
    const last = await tasks.get({ owner: 'eve', id: before.tasks.at(-1)?.id ?? '' });
    if (!last) throw new Error('the page ends with no task');
    const removed = await tasks.remove(last);
    if (removed) await tasks.settle(removed);
    const after = await tasks.page({ owner: 'eve', limit: 100, from: before.next });
    expect(titles([before.tasks, after.tasks])).toHaveLength(100);
    expect(titles(await walk({ owner: 'eve', limit: 100 }))).toHaveLength(99);
  });

  it('are one empty page for who has none', async () => {
    expect(await tasks.page({ owner: 'nobody', limit: 100 })).toEqual({ tasks: [] });
  });
});

it('hides a task from its list before its deletion is said', async () => {
  const place = { owner: 'bob', id: '01993d1e-7a70-7cc0-8000-1b2c3d4e5f60' };
  const kept = await tasks.insert(place, { title: 'Sing', isComplete: false });
  expect(titles([(await tasks.page({ owner: 'bob', limit: 10 })).tasks])).toEqual(['Sing']);
  await tasks.remove(kept);
  expect(await tasks.page({ owner: 'bob', limit: 10 })).toEqual({ tasks: [] });
});

it('tells apart owners whose names look like lists', async () => {
  const id = '01993d1e-7a70-7cc0-8000-1b2c3d4e5f60';
  await tasks.insert({ owner: 'carl#01', id }, { title: 'Dance', isComplete: false });
  expect((await tasks.get({ owner: 'carl#01', id }))?.task.owner).toBe('carl#01');
  expect(await tasks.get({ owner: 'carl', id })).toBeUndefined();
});
