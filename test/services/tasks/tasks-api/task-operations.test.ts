import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTasksApi } from './open-tasks-api.ts';

let api: Awaited<ReturnType<typeof openTasksApi>>;
beforeAll(async () => {
  api = await openTasksApi();
});
afterAll(() => api.close());

const eve = { claims: { sub: 'eve' } };
const admin = { claims: { sub: 'root', scope: 'fanbus/admin' } };

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

it("says of somebody else's task what it says of none, also to an admin who does not say whose it is", async () => {
  const { path } = await create();
  for (const asker of [eve, { ...eve, query: 'owner=ada' }, admin]) {
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
        const answer = await api.ask({ ...request, path: each, ...asker });
        expect(answer).toMatchObject({ status: 404, body: { detail: `you have no task ${each.id}` } });
      }
    }
  }
});

it("shows an admin an owner's task, and lets it be changed; it stays its owner's, on the bus too", async () => {
  const { task, path } = await create();
  const asked = { path, query: 'owner=ada', ...admin };
  expect(await api.ask({ route: 'GET /tasks/{id}', ...asked })).toMatchObject({ status: 200, body: task });
  const body = { title: 'Dance', isComplete: true };
  expect(await api.ask({ route: 'PUT /tasks/{id}', ...asked, body })).toMatchObject({
    status: 200,
    body: { owner: 'ada', title: 'Dance' },
  });
  expect(await api.ask({ route: 'DELETE /tasks/{id}', ...asked })).toMatchObject({ status: 204 });
  expect(await api.ask({ route: 'GET /tasks/{id}', path })).toMatchObject({ status: 404 });
  expect(api.said(task.id)).toMatchObject([
    { type: 'TaskCreated.v1', data: { task: { owner: 'ada' } } },
    { type: 'TaskUpdated.v1', data: { old: { owner: 'ada' }, new: { owner: 'ada', title: 'Dance' } } },
    { type: 'TaskDeleted.v1', data: { task: { owner: 'ada' } } },
  ]);
});

it('looks for a task among those of the owner that is named', async () => {
  const { path } = await create();
  for (const owner of ['eve', 'nobody-at-all', 'ada%2300']) {
    const answer = await api.ask({ route: 'GET /tasks/{id}', path, query: `owner=${owner}`, ...admin });
    expect(answer.status).toBe(404);
  }
  const own = await api.ask({ route: 'GET /tasks/{id}', path, query: 'owner=ada' });
  expect(own.status).toBe(200);
});

it.each(['', 'a/b', 'a%20b', 'a%0Ab', 'a%C2%85b', 'x'.repeat(129)])(
  'refuses the owner "%s"',
  async (owner) => {
    const { path } = await create();
    for (const request of [{ route: 'GET /tasks' }, { route: 'GET /tasks/{id}', path }]) {
      expect(await api.ask({ ...request, query: `owner=${owner}`, ...admin })).toMatchObject({
        status: 400,
        body: { errors: [{ pointer: '/query/owner' }] },
      });
    }
  },
);

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

  const asAdmin = (owner: string) =>
    api.ask({ route: 'GET /tasks', query: `owner=${owner}&${query}`, ...admin });
  expect(await asAdmin('grace')).toMatchObject({ status: 200, body: second.body });
  const elsewhere = [
    await asAdmin('ada'),
    await api.ask({ route: 'GET /tasks', query, claims: { sub: 'gracey' } }),
    await api.ask({ route: 'GET /tasks', query, claims: { sub: 'grac' } }),
    await api.ask({ route: 'GET /task-files', query, claims }),
  ];
  for (const answer of elsewhere) {
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: '/query/cursor' }] } });
  }
});

it("lists an owner's tasks to the owner and to an admin, and tells others that it takes one", async () => {
  const claims = { sub: 'lin' };
  const { body: task } = await api.ask({ route: 'POST /tasks', claims, body: { title: 'Sing' } });
  const list = (query: string, asker: object) => api.ask({ route: 'GET /tasks', query, ...asker });
  for (const asker of [{ claims }, admin]) {
    expect((await list('owner=lin', asker)).body).toEqual({ tasks: [task] });
  }
  expect((await list('', admin)).body).toEqual({ tasks: [] });
  expect((await list('owner=nobody-at-all', admin)).body).toEqual({ tasks: [] });
  for (const query of ['owner=lin', 'owner=nobody-at-all', 'owner=lin&cursor=x']) {
    expect(await list(query, eve)).toMatchObject({
      status: 403,
      body: { detail: expect.stringContaining('fanbus/admin'), errors: [{ pointer: '/query/owner' }] },
    });
  }
});

const write = (place: string) => Buffer.from(place).toString('base64url');

it.each([
  'x',
  'Li4v',
  ...['03/', 'eve/03/', 'ada/16/', 'ada/00/../eve', 'ada/00', 'ada/ 03/'].map(write),
  `${write('ada/03/')}=`,
])('refuses the cursor %s', async (cursor) => {
  const answer = await api.ask({ route: 'GET /tasks', query: `cursor=${encodeURIComponent(cursor)}` });
  expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: '/query/cursor' }] } });
  const own = await api.ask({ route: 'GET /tasks', query: `cursor=${write('ada/03/')}` });
  expect(own.status).toBe(200);
});
