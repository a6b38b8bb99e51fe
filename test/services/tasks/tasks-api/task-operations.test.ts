import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTasksApi } from './open-tasks-api.ts';

let api: Awaited<ReturnType<typeof openTasksApi>>;
beforeAll(async () => {
  api = await openTasksApi();
});
afterAll(() => api.close());

const eve = { claims: { sub: 'eve' } };

async function create(body: object = { title: 'Sing' }) {
  const { body: task } = await api.ask({ route: 'POST /tasks', body });
  return { task, path: { id: task.id } };
}

it('keeps a task as a row of a file is kept: without blanks around, its time in UTC', async () => {
  const body = { title: '  Water the plants ', detail: ' ', dueAt: '2026-12-01T09:00:00.5+01:00' };
  const { status, headers, body: task } = await api.ask({ route: 'POST /tasks', body });
  expect(status).toBe(201);
  expect(headers).toMatchObject({ location: `/tasks/${task.id}`, etag: '"1"' });
  expect(task).toEqual({
    id: task.id,
    owner: 'ada',
    title: 'Water the plants',
    dueAt: '2026-12-01T08:00:00.500Z',
    isComplete: false,
    createdAt: task.createdAt,
    updatedAt: task.createdAt,
  });
  expect((await api.ask({ route: 'GET /tasks/{id}', path: { id: task.id } })).body).toEqual(task);
});

it.each(['2026-02-29T09:00:00Z', '2026-12-01T23:59:60Z'])('refuses %s, which no day has', async (dueAt) => {
  const { path } = await create();
  const body = { title: 'Sing', dueAt, isComplete: false };
  for (const route of ['POST /tasks', 'PUT /tasks/{id}']) {
    const answer = await api.ask({ route, body, ...(route.startsWith('PUT') && { path }) });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: '/body/dueAt' }] } });
  }
});

it('answers 304 to who has the version, and the task to who has an older one', async () => {
  const { path } = await create();
  const headers = { 'if-none-match': '"1"' };
  expect(await api.ask({ route: 'GET /tasks/{id}', path, headers })).toMatchObject({ status: 304 });
  await api.ask({ route: 'PUT /tasks/{id}', path, body: { title: 'Dance', isComplete: true } });
  expect(await api.ask({ route: 'GET /tasks/{id}', path, headers })).toMatchObject({
    status: 200,
    headers: { etag: '"2"' },
    body: { title: 'Dance' },
  });
});

it('answers 412 to who names another version', async () => {
  const { path } = await create();
  const headers = { 'if-match': '"7"' };
  const body = { title: 'Dance', isComplete: true };
  expect(await api.ask({ route: 'PUT /tasks/{id}', path, headers, body })).toMatchObject({ status: 412 });
  expect(await api.ask({ route: 'DELETE /tasks/{id}', path, headers })).toMatchObject({ status: 412 });
  expect((await api.ask({ route: 'GET /tasks/{id}', path })).body.title).toBe('Sing');
});

it("says of somebody else's task what it says of none, also to who sees everything", async () => {
  const { path } = await create();
  for (const claims of [eve.claims, { sub: 'root', scope: 'fanbus/admin' }]) {
    for (const each of [
      path,
      { id: randomUUID() },
      { id: 'urn:uuid:01993d1e-7a70-7cc0-8000-1b2c3d4e5f60' },
    ]) {
      const body = { title: 'Mine', isComplete: true };
      for (const request of [
        { route: 'GET /tasks/{id}' },
        { route: 'PUT /tasks/{id}', body },
        { route: 'DELETE /tasks/{id}' },
      ]) {
        const answer = await api.ask({ ...request, path: each, claims });
        expect(answer).toMatchObject({ status: 404, body: { detail: `you have no task ${each.id}` } });
      }
    }
  }
});

it('deletes once', async () => {
  const { path } = await create();
  expect(await api.ask({ route: 'DELETE /tasks/{id}', path })).toMatchObject({
    status: 204,
    body: undefined,
  });
  expect(await api.ask({ route: 'DELETE /tasks/{id}', path })).toMatchObject({ status: 404 });
  expect(await api.ask({ route: 'GET /tasks/{id}', path })).toMatchObject({ status: 404 });
});

it('lists by pages, and goes on only with a cursor of its own', async () => {
  const claims = { sub: 'grace' };
  for (const title of ['a', 'b', 'c']) {
    await api.ask({ route: 'POST /tasks', claims, body: { title, isComplete: title === 'b' } });
  }
  const first = await api.ask({ route: 'GET /tasks', claims, query: 'limit=2' });
  expect(first.body.tasks).toHaveLength(2);
  const query = `limit=2&cursor=${first.body.nextCursor}`;
  const second = await api.ask({ route: 'GET /tasks', claims, query });
  const titles = [...first.body.tasks, ...second.body.tasks].map(({ title }) => title);
  expect(titles.sort()).toEqual(['a', 'b', 'c']);
  const complete = await api.ask({ route: 'GET /tasks', claims, query: 'isComplete=true' });
  expect(complete.body).toEqual({ tasks: [expect.objectContaining({ title: 'b' })] });
  // Another caller goes on in their own list.
  expect((await api.ask({ route: 'GET /tasks', query, claims: { sub: 'nobody' } })).body).toEqual({
    tasks: [],
  });
});

const write = (place: string) => Buffer.from(place).toString('base64url');

it.each(['x', 'Li4v', write('16/'), write('00/../eve'), write('00'), `${write('03/')}=`, write(' 03/')])(
  'refuses the cursor %s',
  async (cursor) => {
    const answer = await api.ask({ route: 'GET /tasks', query: `cursor=${encodeURIComponent(cursor)}` });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: '/query/cursor' }] } });
  },
);
