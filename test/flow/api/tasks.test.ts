import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { badTokens } from '../bad-tokens.ts';
import { type ApiFlow, type ApiRequest, openApiFlow } from '../open-api-flow.ts';

let flow: ApiFlow;
beforeAll(async () => {
  flow = await openApiFlow();
});
afterAll(() => flow.close());

const ask = (route: string, request: Omit<ApiRequest, 'route'> = {}) => flow.ask({ route, ...request });

const title = 'Water the plants';
const unknown = '01993d1e-7a70-7cc0-8000-1b2c3d4e5f60';

/** What was said of single tasks from now on. */
function listen(): readonly string[] {
  const said: string[] = [];
  flow.aws.observations.on('published', ({ detailType }) => {
    if (/^Task(Created|Updated|Deleted)/.test(detailType)) said.push(detailType);
  });
  return said;
}

describe('a task', () => {
  it('is created, told, listed, replaced and deleted, and each change is on the bus', async () => {
    const said = listen();
    const body = { title, dueAt: '2026-12-01T09:00:00+01:00' };
    const created = await ask('POST /tasks', { body });
    expect(created).toMatchObject({ status: 201, body: { owner: 'ada', title, isComplete: false } });
    const task = created.body;
    expect(created.headers.get('location')).toBe(`/tasks/${task.id}`);

    const got = await ask(`GET /tasks/${task.id}`);
    expect(got).toMatchObject({ status: 200, body: task });
    const etag = String(got.headers.get('etag'));
    expect((await ask(`GET /tasks/${task.id}`, { headers: { 'if-none-match': etag } })).status).toBe(304);
    expect((await ask('GET /tasks?isComplete=false&limit=100')).body).toEqual({ tasks: [task] });

    const replaced = await ask(`PUT /tasks/${task.id}`, {
      headers: { 'if-match': etag },
      body: { title, isComplete: true },
    });
    expect(replaced).toMatchObject({ status: 200, body: { isComplete: true } });
    expect(replaced.body).not.toHaveProperty('dueAt');
    expect(replaced.headers.get('etag')).not.toBe(etag);
    expect((await ask('GET /tasks?isComplete=true')).body).toEqual({ tasks: [replaced.body] });

    expect((await ask(`DELETE /tasks/${task.id}`, { headers: { 'if-match': etag } })).status).toBe(412);
    expect(await ask(`DELETE /tasks/${task.id}`)).toMatchObject({ status: 204, body: '' });
    expect((await ask(`GET /tasks/${task.id}`)).status).toBe(404);
    expect((await ask('GET /tasks')).body).toEqual({ tasks: [] });
    expect(said).toEqual(['TaskCreated.v1', 'TaskUpdated.v1', 'TaskDeleted.v1']);
  });

  it('is created once under one Idempotency-Key', async () => {
    const said = listen();
    const request = { sub: 'keyed', headers: { 'idempotency-key': 'one' }, body: { title } };
    const [first, again] = [await ask('POST /tasks', request), await ask('POST /tasks', request)];
    expect(again).toMatchObject({ status: 201, body: first.body });
    expect((await ask('GET /tasks', { sub: 'keyed' })).body.tasks).toEqual([first.body]);
    expect(said).toEqual(['TaskCreated.v1']);
    expect((await ask('POST /tasks', { ...request, body: { title: 'Sing' } })).status).toBe(422);
  });

  it('of somebody else is answered as one that is not there', async () => {
    const { body: task } = await ask('POST /tasks', { sub: 'grace', body: { title } });
    for (const id of [task.id, unknown]) {
      const answers = [
        await ask(`GET /tasks/${id}`),
        await ask(`PUT /tasks/${id}`, { body: { title, isComplete: true } }),
        await ask(`DELETE /tasks/${id}`),
      ];
      for (const answer of answers) {
        expect(answer).toMatchObject({ status: 404, body: { detail: `you have no task ${id}` } });
      }
    }
    expect((await ask(`GET /tasks/${task.id}`, { sub: 'grace' })).body).toEqual(task);
  });

  it('is seen and changed by an admin who says whose it is, and by no stranger who does', async () => {
    const sub = 'edsger';
    const { body: task } = await ask('POST /tasks', { sub, body: { title } });
    const admin = { sub: 'root', scope: 'fanbus/admin' };
    const [list, one] = [`/tasks?owner=${sub}`, `/tasks/${task.id}?owner=${sub}`];
    const body = { title: 'Sing', isComplete: true };

    const refusals = [
      [`GET ${list}`, 403],
      [`GET ${one}`, 404],
      [`PUT ${one}`, 404],
      [`DELETE ${one}`, 404],
      [`GET /task-files?owner=${sub}`, 403],
      ['GET /tasks?owner=nobody-at-all', 403],
    ] as const;
    for (const [route, status] of refusals) {
      const answer = await ask(route, route.startsWith('PUT') ? { body } : {});
      expect(answer, route).toMatchObject({ status, body: { status } });
    }

    expect((await ask(`GET ${list}`, admin)).body).toEqual({ tasks: [task] });
    expect(await ask(`GET ${one}`, admin)).toMatchObject({ status: 200, body: task });
    const said = listen();
    expect((await ask(`PUT ${one}`, { ...admin, body })).body).toMatchObject({ owner: sub, title: 'Sing' });
    expect((await ask(`GET ${one}`, { sub })).body).toMatchObject({ owner: sub, title: 'Sing' });
    expect((await ask(`DELETE ${one}`, admin)).status).toBe(204);
    expect((await ask(`GET ${list}`, { sub })).body).toEqual({ tasks: [] });
    expect(said).toEqual(['TaskUpdated.v1', 'TaskDeleted.v1']);

    for (const path of ['/tasks', '/task-files']) {
      expect((await ask(`GET ${path}?owner=a%20b`, admin)).status).toBe(400);
    }
    expect((await ask('GET /tasks?owner=nobody-at-all', admin)).body).toEqual({ tasks: [] });
    expect((await ask('GET /task-files?owner=nobody-at-all', admin)).body).toEqual({ taskFiles: [] });
  });
});

describe('a file', () => {
  const csv = 'title,dueAt\nWater the plants,2026-12-01\n,\nSing,soon\n';

  it('is followed from its upload to its tasks and its rejects', async () => {
    const sub = 'lin';
    const headers = { 'content-type': 'text/csv', 'idempotency-key': 'one' };
    const upload = await ask('POST /tasks/upload?name=chores.csv', { sub, headers, body: csv });
    expect(upload.status).toBe(202);
    const again = await ask('POST /tasks/upload?name=chores.csv', { sub, headers, body: csv });
    expect(again.body).toEqual(upload.body);
    await flow.untilQuiet();

    const found = await ask(`GET ${upload.headers.get('location')}`, { sub });
    expect(found.body.taskFiles).toHaveLength(1);
    const [file] = found.body.taskFiles;
    expect(file).toMatchObject({
      uploadId: upload.body.uploadId,
      owner: sub,
      name: 'chores.csv',
      status: 'COMPLETED',
      total: 3,
      processed: 3,
      unprocessed: 0,
      created: 1,
      rejected: 2,
      failed: 0,
    });
    const got = await ask(`GET /task-files/${file.id}`, { sub });
    expect(got).toMatchObject({ status: 200, body: file });
    const poll = { sub, headers: { 'if-none-match': String(got.headers.get('etag')) } };
    expect((await ask(`GET /task-files/${file.id}`, poll)).status).toBe(304);

    const rejects = await ask(`GET /task-files/${file.id}/rejects`, { sub });
    expect(rejects.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(rejects.body).toMatch(/^line,reason\r\n3,the title is missing\r\n4,"dueAt is [^\n]+"\r\n$/);

    const { body } = await ask('GET /tasks', { sub });
    expect(body.tasks).toMatchObject([{ owner: sub, title, dueAt: '2026-12-01T00:00:00.000Z' }]);
    const [task] = body.tasks;
    const done = { sub, body: { title, isComplete: true } };
    expect((await ask(`PUT /tasks/${task.id}`, done)).body).toMatchObject({ isComplete: true });

    for (const path of [`/task-files/${file.id}`, `/task-files/${file.id}/rejects`]) {
      expect((await ask(`GET ${path}`)).status).toBe(404);
      expect((await ask(`GET ${path}`, { sub: 'root', scope: 'fanbus/admin' })).status).toBe(200);
    }
    expect((await ask(`GET /task-files?uploadId=${file.uploadId}`)).body).toEqual({ taskFiles: [] });
    const all = await ask(`GET /task-files?owner=${sub}`, { sub: 'root', scope: 'fanbus/admin' });
    expect(all.body).toEqual({ taskFiles: [file] });
  });

  it('comes by a form, as often as the form is sent', async () => {
    const sub = 'form';
    const { status, body } = await ask('POST /tasks/uploads', { sub, body: { name: 'chores.csv' } });
    expect(status).toBe(201);
    const path = `/task-files?uploadId=${body.uploadId}`;
    expect((await ask(`GET ${path}`, { sub })).body).toEqual({ taskFiles: [] });
    for (const files of [1, 2]) {
      const form = new FormData();
      for (const [name, value] of Object.entries<string>(body.fields)) form.set(name, value);
      form.set('file', new Blob([csv]), 'C:\\chores.csv');
      expect((await fetch(body.url, { method: 'POST', body: form })).status).toBe(204);
      await flow.untilQuiet();
      const { taskFiles } = (await ask(`GET ${path}`, { sub })).body;
      expect(taskFiles).toHaveLength(files);
      expect(taskFiles[0]).toMatchObject({ name: 'chores.csv', status: 'COMPLETED', created: 1 });
    }
  });
});

describe('a request', () => {
  it('is refused with the reason when it is not as described', async () => {
    const csv = { 'content-type': 'text/csv' };
    const bad = [
      ['POST /tasks', { body: '{' }, 400, 'malformed-json'],
      ['POST /tasks', { body: { title, owner: 'grace' } }, 400, 'invalid-request'],
      ['POST /tasks', { body: { title: 'x'.repeat(70_000) } }, 413, 'too-large'],
      ['POST /tasks', { body: 'title', headers: csv }, 415, 'unsupported-media-type'],
      [`PUT /tasks/${unknown}`, { body: { title } }, 400, 'invalid-request'],
      ['GET /tasks/7', {}, 400, 'invalid-request'],
      ['GET /tasks?owner=grace', {}, 403, 'forbidden'],
      ['GET /tasks?owner=', {}, 400, 'invalid-request'],
      ['GET /tasks?limit=101', {}, 400, 'invalid-request'],
      ['GET /tasks?cursor=x', {}, 400, 'invalid-request'],
      ['GET /task-files?uploadId=x', {}, 400, 'invalid-request'],
      ['POST /tasks/upload', { body: 'x'.repeat(4_194_305), headers: csv }, 413, 'too-large'],
      ['POST /tasks/upload?name=..', { body: 'title\n', headers: csv }, 400, 'invalid-request'],
      ['POST /tasks/uploads', { body: { name: 'a/b.csv' } }, 400, 'invalid-request'],
    ] as const;
    for (const [route, request, status, type] of bad) {
      const answer = await ask(route, request);
      expect(answer, route).toMatchObject({ status, body: { status, type: `urn:fanbus:problem:${type}` } });
    }
  });

  it('with too large a head is answered by API Gateway, however large', async () => {
    for (const bytes of [11_000, 100_000]) {
      expect(await ask('GET /tasks', { headers: { 'x-large': 'x'.repeat(bytes) } })).toMatchObject({
        status: 431,
        body: { message: 'Request Header Fields Too Large' },
      });
    }
  });

  it('is answered with 401, whatever is wrong with its token', async () => {
    for (const [name, token] of Object.entries(await badTokens(flow))) {
      for (const route of [
        'GET /tasks',
        `DELETE /tasks/${unknown}`,
        'POST /tasks/upload',
        'GET /task-files',
      ]) {
        expect(await ask(route, { token }), name).toMatchObject({ status: 401 });
      }
    }
  });
});
