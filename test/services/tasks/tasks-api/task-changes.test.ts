import { randomUUID } from 'node:crypto';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { taskItem } from '../../../../services/tasks/create-tasks/task-item.ts';
import { taskKey } from '../../../../services/tasks/task-key.ts';
import type { KeptTask } from '../../../../services/tasks/tasks-api/task-table.ts';
import { openTaskChanges, type Said } from './open-task-changes.ts';

let system: Awaited<ReturnType<typeof openTaskChanges>>;
beforeAll(async () => {
  system = await openTaskChanges();
});
afterAll(() => system.close());

const owner = 'ada';
const plants = {
  title: 'Water the plants',
  detail: 'all of them',
  dueAt: '2026-12-01T08:00:00.000Z',
  isComplete: false,
};
const done = { title: 'Water the plants', isComplete: true };
const any = (id: string, ifMatch?: string) => ({ owner, id, ifMatch });

async function newTask(): Promise<KeptTask> {
  return system.changes.create({ owner, id: randomUUID() }, plants);
}

/** What was said, each event once: `created 1`, `updated 2`. */
function distinct(events: readonly Said[]): string[] {
  const byId = new Map(events.map((event) => [event.eventId, event]));
  return [...byId.values()].map(
    ({ type, data }) => `${/Task(\w+)\./.exec(type)?.[1]?.toLowerCase()} ${data.version}`,
  );
}

describe('creating', () => {
  it('keeps the task and says so', async () => {
    const { task, version } = await newTask();
    expect(task).toMatchObject({ owner, ...plants });
    expect(version).toBe(1);
    expect(system.said(task.id)).toMatchObject([{ type: 'TaskCreated.v1', data: { task, version: 1 } }]);
  });

  it('finds its own when it is repeated, and says nothing new', async () => {
    const { task } = await newTask();
    const again = await system.changes.create({ owner, id: task.id }, plants);
    expect(again.task).toEqual(task);
    expect(distinct(system.said(task.id))).toEqual(['created 1']);
  });
});

describe('replacing', () => {
  it('removes what is left out, and says what the task was and is', async () => {
    const { task } = await newTask();
    const replaced = await system.changes.replace(any(task.id), done);
    expect(replaced).toMatchObject({ version: 2 });
    const kept = await system.tasks.get({ owner, id: task.id });
    const { detail: _, dueAt: __, ...rest } = task;
    expect(kept?.task).toEqual({ ...rest, ...done, updatedAt: expect.any(String) });
    expect(kept?.unsaid).toBeUndefined();
    expect(system.said(task.id).at(-1)).toMatchObject({
      type: 'TaskUpdated.v1',
      data: { old: task, new: kept?.task, version: 2 },
    });
  });

  it('changes nothing and says nothing when the task says so already', async () => {
    const { task } = await newTask();
    expect(await system.changes.replace(any(task.id), plants)).toMatchObject({ task, version: 1 });
    expect(distinct(system.said(task.id))).toEqual(['created 1']);
  });

  it('refuses a task that is not there, and one of somebody else', async () => {
    const { task } = await newTask();
    expect(await system.changes.replace(any(randomUUID()), done)).toBe('unknown');
    expect(await system.changes.replace({ ...any(task.id), owner: 'eve' }, done)).toBe('unknown');
    expect((await system.tasks.get({ owner, id: task.id }))?.task).toEqual(task);
  });

  it('refuses a version that is over, unless the task already says what is asked for', async () => {
    const { task } = await newTask();
    expect(await system.changes.replace(any(task.id, '"1"'), done)).toMatchObject({ version: 2 });
    expect(await system.changes.replace(any(task.id, '"1"'), done)).toMatchObject({ version: 2 });
    expect(await system.changes.replace(any(task.id, '"1"'), plants)).toBe('changed');
    expect(await system.changes.replace(any(task.id, '"3"'), done)).toBe('changed');
    expect(await system.changes.replace(any(task.id, '"7", W/"2"'), plants)).toMatchObject({ version: 3 });
    expect(await system.changes.replace(any(task.id, '*'), done)).toMatchObject({ version: 4 });
  });

  it('lets one of two win that replace the same version at the same moment', async () => {
    const { task } = await newTask();
    const both = await Promise.all(
      ['Sing', 'Dance'].map((title) =>
        system.changes.replace(any(task.id, '"1"'), { title, isComplete: false }),
      ),
    );
    expect(both.filter((one) => one === 'changed')).toHaveLength(1);
    expect(distinct(system.said(task.id))).toEqual(['created 1', 'updated 2']);
  });

  it('counts the changes of a task that came of a file from the one it came with', async () => {
    const place = { taskFileId: randomUUID(), line: 2, owner };
    const key = taskKey(place);
    const item = taskItem({ ...key, ...place, task: plants }, '2026-11-21T09:30:00.000Z');
    await system.client.send(new PutItemCommand({ TableName: 'tasks', Item: item }));
    expect(await system.changes.replace(any(key.id, '"1"'), done)).toMatchObject({ version: 2 });
    expect(distinct(system.said(key.id))).toEqual(['updated 2']);
    expect((await system.tasks.get(any(key.id)))?.task.createdAt).toBe('2026-11-21T09:30:00.000Z');
  });
});

describe('deleting', () => {
  it('leaves nothing, and says what the task was', async () => {
    const { task } = await newTask();
    expect(await system.changes.remove(any(task.id))).toMatchObject({ task });
    expect(await system.tasks.get(any(task.id))).toBeUndefined();
    expect(system.said(task.id).at(-1)).toMatchObject({ type: 'TaskDeleted.v1', data: { task, version: 2 } });
    expect(await system.changes.remove(any(task.id))).toBe('unknown');
  });

  it('refuses a version that is over, and a task of somebody else', async () => {
    const { task } = await newTask();
    await system.changes.replace(any(task.id), done);
    expect(await system.changes.remove(any(task.id, '"1"'))).toBe('changed');
    expect(await system.changes.remove({ ...any(task.id), owner: 'eve' })).toBe('unknown');
    expect((await system.tasks.get(any(task.id)))?.version).toBe(2);
  });
});

describe('a process that dies after any of its requests', () => {
  /** Dies after each request in turn and repeats the change; answers the ids of the tasks. */
  async function dieAnywhere(
    prepare: () => Promise<string>,
    change: (id: string) => Promise<unknown>,
  ): Promise<string[]> {
    const ids: string[] = [];
    for (let requests = 1; requests < 20; requests += 1) {
      const id = await prepare();
      ids.push(id);
      const hasDied = await system.dieAfter(requests, () => change(id));
      await change(id);
      if (!hasDied) break;
    }
    expect(ids.length).toBeGreaterThan(3);
    return ids;
  }
  const prepared = async () => (await newTask()).task.id;

  it('has created one task, and said so, once the request is repeated', async () => {
    const ids = await dieAnywhere(
      async () => randomUUID(),
      (id) => system.changes.create({ owner, id }, plants),
    );
    for (const id of ids) {
      expect(await system.tasks.get(any(id))).toMatchObject({ task: plants, version: 1 });
      expect(distinct(system.said(id))).toEqual(['created 1']);
    }
  });

  it.each([undefined, '"1"'])('has replaced it once, and said so, with If-Match %s', async (ifMatch) => {
    const ids = await dieAnywhere(prepared, async (id) =>
      expect(await system.changes.replace(any(id, ifMatch), done)).toMatchObject({ task: done }),
    );
    for (const id of ids) {
      expect(await system.tasks.get(any(id))).toMatchObject({ task: done, version: 2 });
      expect((await system.tasks.get(any(id)))?.unsaid).toBeUndefined();
      expect(distinct(system.said(id))).toEqual(['created 1', 'updated 2']);
      expect(system.said(id).at(-1)?.data).toMatchObject({ old: plants, new: done });
    }
  });

  it.each([undefined, '"1"'])('has deleted it, and said so, with If-Match %s', async (ifMatch) => {
    const ids = await dieAnywhere(prepared, (id) => system.changes.remove(any(id, ifMatch)));
    for (const id of ids) {
      expect(await system.tasks.get(any(id))).toBeUndefined();
      expect(distinct(system.said(id))).toEqual(['created 1', 'deleted 2']);
    }
  });

  it('leaves nothing unsaid of a task that somebody changes next', async () => {
    for (const requests of [2, 3]) {
      const id = await prepared();
      await system.dieAfter(requests, () => system.changes.replace(any(id), done));
      await system.changes.replace(any(id), { title: 'Sing', isComplete: false });
      expect(distinct(system.said(id))).toEqual(['created 1', 'updated 2', 'updated 3']);
      expect(system.said(id).at(-1)?.data).toMatchObject({ old: done, new: { title: 'Sing' } });
    }
  });

  it('hides a task from the moment that its deletion is written', async () => {
    const id = await prepared();
    expect(await system.dieAfter(2, () => system.changes.remove(any(id)))).toBe(true);
    expect((await system.tasks.get(any(id)))?.unsaid).toBe('deleted');
    expect(await system.changes.replace(any(id), done)).toBe('unknown');
    expect(distinct(system.said(id))).toEqual(['created 1', 'deleted 2']);
  });
});
