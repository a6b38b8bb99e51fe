import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Envelope, EventOf } from '../../../../services/runtime/event.ts';
import { createFanIn } from '../../../../services/runtime/fan-in.ts';
import { createRejects } from '../../../../services/tasks/rejects.ts';
import { identifyTaskFile, uploadKey } from '../../../../services/tasks/task-file.ts';
import { createTaskFiles } from '../../../../services/tasks/task-files.ts';
import { openTasksApi } from './open-tasks-api.ts';

let aheadMs = 60_000;
const clock = { now: () => Date.now() + aheadMs };

let api: Awaited<ReturnType<typeof openTasksApi>>;
beforeAll(async () => {
  api = await openTasksApi({ clock });
});
afterAll(() => api.close());

const csv = 'title,dueAt,isComplete\nSing,,\n,,\nDance,soon,\n"Cook, and ""eat""",,maybe\n';

const admin = { claims: { sub: 'root', scope: 'fanbus/admin' } };

/** Uploads a file, and has its rows dealt with. Answers how to ask for it. */
async function upload({ owner, uploadId = randomUUID() }: { owner: string; uploadId?: string }) {
  const event = api.upload(csv, uploadKey({ owner, uploadId, name: 'list.csv' }));
  await api.drain();
  return { uploadId, path: { id: idOf(event) }, claims: { sub: owner } };
}

function encode(text: string): string {
  return Buffer.from(text).toString('base64url');
}

function idOf({ detail }: Envelope): string {
  return identifyTaskFile(detail as EventOf<'Object Created'>['detail']).taskFileId;
}

describe('a file', () => {
  it('has its counts and its rate when it is COMPLETED', async () => {
    const { uploadId, ...file } = await upload({ owner: 'ada' });
    const { status, body } = await api.ask({ route: 'GET /task-files/{id}', ...file });
    expect(status).toBe(200);
    expect(body).toEqual({
      id: file.path.id,
      uploadId,
      owner: 'ada',
      name: 'list.csv',
      status: 'COMPLETED',
      total: 4,
      processed: 4,
      unprocessed: 0,
      created: 1,
      rejected: 3,
      failed: 0,
      rate: expect.any(Number),
      createdAt: expect.any(String),
      startedAt: expect.any(String),
      completedAt: expect.any(String),
    });
    const seconds = (Date.parse(body.completedAt) - Date.parse(body.startedAt)) / 1_000;
    expect(body.rate).toBeCloseTo(4 / seconds, 0);
  });

  it('is 304 while nothing changes but the rate, and not when something does', async () => {
    const table = { client: api.client, tableName: 'task-files' };
    const [files, fanIn, id] = [createTaskFiles(table), createFanIn(table), randomUUID()];
    await files.create(
      { taskFileId: id, owner: 'ada', name: 'list.csv', bucket: 'uploads', key: 'k', etag: 'e' },
      {},
    );
    await files.start(id);
    await fanIn.record({ jobId: id, pieces: [{ id: '0', totals: { created: 5, rejected: 1 } }] });
    const ask = (headers = {}) => api.ask({ route: 'GET /task-files/{id}', path: { id }, headers });
    const { headers, body } = await ask();
    expect(body).toMatchObject({ status: 'IN_PROGRESS', processed: 6, created: 5 });
    expect(body).not.toHaveProperty('total');
    aheadMs += 3_600_000;
    expect((await ask()).body.rate).toBeLessThan(body.rate);
    const since = { 'if-none-match': String(headers.etag) };
    expect(await ask(since)).toMatchObject({ status: 304 });
    await files.markRead(id, { rows: 7 });
    expect(await ask(since)).toMatchObject({ status: 200, body: { total: 7, unprocessed: 1 } });
  });

  it('says why it is FAILED', async () => {
    const key = uploadKey({ owner: 'ada', uploadId: randomUUID(), name: 'list.csv' });
    const event = api.upload('no,such,columns\n', key);
    await api.drain();
    const id = idOf(event);
    const { body } = await api.ask({ route: 'GET /task-files/{id}', path: { id } });
    expect(body).toMatchObject({ status: 'FAILED', reason: expect.stringContaining('title'), processed: 0 });
  });

  it('is there for its owner and for who sees everything, and for nobody else', async () => {
    const { path } = await upload({ owner: 'grace' });
    for (const route of ['GET /task-files/{id}', 'GET /task-files/{id}/rejects']) {
      expect(await api.ask({ route, path, ...admin })).toMatchObject({ status: 200 });
      for (const request of [{ path }, { path: { id: randomUUID() }, ...admin }]) {
        expect(await api.ask({ route, ...request })).toMatchObject({
          status: 404,
          body: { detail: `you have no file ${request.path.id}` },
        });
      }
    }
  });
});

describe('the list of files', () => {
  it("has the owner's, the newest first, by pages; or those of one upload", async () => {
    const claims = { sub: 'lin' };
    const uploads = [];
    for (const _ of [1, 2, 3]) uploads.push(await upload({ owner: 'lin' }));
    const [first, second, third] = uploads.map(({ uploadId }) => uploadId);
    await upload({ owner: 'lin', uploadId: second });
    const ask = async (query: string) => (await api.ask({ route: 'GET /task-files', claims, query })).body;
    const ids = (body: { taskFiles: { uploadId: string }[] }) =>
      body.taskFiles.map(({ uploadId }) => uploadId);

    expect(ids(await ask(''))).toEqual([second, third, second, first]);
    const page = await ask('limit=3');
    expect(ids(page)).toEqual([second, third, second]);
    expect(ids(await ask(`limit=3&cursor=${page.nextCursor}`))).toEqual([first]);

    expect(ids(await ask(`uploadId=${third}`))).toEqual([third]);
    const some = await ask(`uploadId=${second}&limit=1`);
    const rest = await ask(`uploadId=${second}&limit=1&cursor=${some.nextCursor}`);
    expect([...ids(some), ...ids(rest)]).toEqual([second, second]);
    expect(some.taskFiles[0].id).not.toBe(rest.taskFiles[0].id);
    expect(await ask(`uploadId=${randomUUID()}`)).toEqual({ taskFiles: [] });
    const other = await api.ask({ route: 'GET /task-files', query: `uploadId=${third}` });
    expect(other.body).toEqual({ taskFiles: [] });

    const going = `limit=3&cursor=${page.nextCursor}`;
    const asAdmin = (query: string) => api.ask({ route: 'GET /task-files', query, ...admin });
    expect(ids((await asAdmin(`owner=lin&${going}`)).body)).toEqual([first]);
    expect(await asAdmin(`owner=ada&${going}`)).toMatchObject({ status: 400 });
    expect((await asAdmin('')).body).toEqual({ taskFiles: [] });
    expect(await api.ask({ route: 'GET /task-files', query: 'owner=lin' })).toMatchObject({
      status: 403,
      body: { errors: [{ pointer: '/query/owner' }] },
    });
  });

  it("has what came in nobody's name for an admin who asks for it", async () => {
    const event = api.upload(csv, 'task-files/list.csv');
    await api.drain();
    const { body } = await api.ask({ route: 'GET /task-files', query: 'owner=shared', ...admin });
    expect(body.taskFiles).toMatchObject([{ id: idOf(event), owner: 'shared', created: 1 }]);
    const { body: list } = await api.ask({ route: 'GET /tasks', query: 'owner=shared', ...admin });
    expect(list.tasks).toMatchObject([{ owner: 'shared', title: 'Sing' }]);
  });

  it.each(['x', ...['2026-11-21T09:30:00.000Z/eve', 'ada/2026-11-21T09:30:00.000Z/eve'].map(encode)])(
    'refuses the cursor %s',
    async (cursor) => {
      const answer = await api.ask({ route: 'GET /task-files', query: `cursor=${cursor}` });
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: '/query/cursor' }] } });
    },
  );
});

describe('the rejects of a file', () => {
  const route = 'GET /task-files/{id}/rejects';

  it('are CSV by line, each with its reason', async () => {
    const { path, claims } = await upload({ owner: 'ada' });
    const { status, headers, body } = await api.ask({ route, path, claims });
    expect(status).toBe(200);
    expect(headers).toEqual({ 'content-type': 'text/csv; charset=utf-8', 'cache-control': 'no-store' });
    const [head, ...rows] = body.split('\r\n');
    expect(head).toBe('line,reason');
    expect(rows.map((row: string) => row.slice(0, 2))).toEqual(['3,', '4,', '5,', '']);
    expect(rows[1]).toBe(
      '4,"dueAt is ""soon"", but must be ISO 8601 like 2026-12-01 or 2026-12-01T09:00:00Z"',
    );
  });

  it('are a header alone for a file that has none', async () => {
    const event = api.upload('title\nSing\n', uploadKey({ owner: 'ada', uploadId: randomUUID(), name: 'l' }));
    await api.drain();
    const id = idOf(event);
    expect(await api.ask({ route, path: { id } })).toMatchObject({ status: 200, body: 'line,reason\r\n' });
  });

  it('come by pages of a megabyte, each line once, though a crash wrote some twice', async () => {
    const { path, claims } = await upload({ owner: 'ada' });
    const rejects = createRejects({ client: api.client, tableName: 'task-files' });
    const reason = 'the title is missing, '.repeat(20);
    for (let part = 1; part <= 20; part += 1) {
      const rows = Array.from({ length: 200 }, (_, n) => ({ line: part * 1_000 + n, reason }));
      await rejects.write(path.id, `${part}`, rows);
      await rejects.write(path.id, `${part}.${part * 1_000}-${part * 1_000 + 50}`, rows.slice(0, 50));
    }
    const lines: number[] = [];
    let [query, pages] = ['', 0];
    do {
      const { headers, body } = await api.ask({ route, path, claims, query });
      const [, ...rows] = body.trim().split('\r\n');
      lines.push(...rows.map((row: string) => Number(row.split(',')[0])));
      query = /^<\/task-files\/[^?]+\?(cursor=[^>]+)>; rel="next"$/.exec(`${headers.link ?? ''}`)?.[1] ?? '';
      pages += 1;
    } while (query !== '');
    expect(pages).toBeGreaterThan(1);
    expect(lines).toHaveLength(20 * 200 + 3);
    expect(new Set(lines).size).toBe(lines.length);
  });

  it('refuse what is no cursor, or one of another file', async () => {
    const { path, claims } = await upload({ owner: 'ada' });
    const places = [`${randomUUID()}/12`, '12', `${path.id}/../file`];
    for (const cursor of ['x', ...places.map(encode)]) {
      const answer = await api.ask({ route, path, claims, query: `cursor=${cursor}` });
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: '/query/cursor' }] } });
    }
  });
});
