import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nameUuid } from '../../../../services/runtime/name-uuid.ts';
import { openTasksApi } from './open-tasks-api.ts';

let api: Awaited<ReturnType<typeof openTasksApi>>;
beforeAll(async () => {
  api = await openTasksApi();
});
afterAll(() => api.close());

const csv = Buffer.from('title\nSing\n');

/** The keys that objects were stored under, one for each time. */
const stored = (uploadId: string) =>
  api.aws.observations
    .recent()
    .flatMap((record) => (record.kind === 'stored' && record.key.includes(uploadId) ? [record.key] : []));

describe('a file in the body', () => {
  const upload = (headers: Record<string, string>, query = '') =>
    api.ask({
      route: 'POST /tasks/upload',
      query,
      headers: { 'content-type': 'text/csv', ...headers },
      body: csv,
    });

  it('is stored under its owner, its upload and its name', async () => {
    const { status, headers, body } = await upload({}, 'name=my%20list.csv');
    expect(status).toBe(202);
    expect(headers.location).toBe(`/task-files?uploadId=${body.uploadId}`);
    expect(stored(body.uploadId)).toEqual([`task-files/ada/${body.uploadId}/my list.csv`]);
  });

  it('is stored once, though the request comes again under its Idempotency-Key', async () => {
    const headers = { 'idempotency-key': 'one' };
    const [first, second] = [await upload(headers), await upload(headers)];
    expect(second).toEqual(first);
    expect(first.body).toEqual({ uploadId: nameUuid('one') });
    expect(stored(first.body.uploadId)).toHaveLength(1);
  });

  it.each(['a%2Fb', '..', '.', 'a%5Cb', 'a%00b', ''])('is refused with the name %s', async (name) => {
    expect(await upload({}, `name=${name}`)).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/query/name' }] },
    });
  });
});

describe('a form', () => {
  const start = async (name = 'list.csv') =>
    (await api.ask({ route: 'POST /tasks/uploads', body: { name } })).body;

  async function send({ url, fields }: { url: string; fields: Record<string, string> }, content = `${csv}`) {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append('file', new Blob([content]));
    return (await fetch(url, { method: 'POST', body: form })).status;
  }

  it('takes one file to its own place, for a quarter of an hour', async () => {
    const form = await start('Ärger & Co.csv');
    expect(await send(form)).toBe(204);
    expect(stored(form.uploadId)).toEqual([`task-files/ada/${form.uploadId}/Ärger & Co.csv`]);
    const minutes = (Date.parse(form.expiresAt) - Date.now()) / 60_000;
    expect(minutes).toBeLessThanOrEqual(15);
  });

  it('takes it nowhere else, and takes no empty one', async () => {
    const form = await start();
    const key = `task-files/eve/${form.uploadId}/list.csv`;
    expect(await send({ ...form, fields: { ...form.fields, key } })).toBe(403);
    expect(await send(form, '')).toBe(400);
    expect(stored(form.uploadId)).toEqual([]);
  });

  it.each(['a/b', '..', '', '{filename}', 'my {filename}.csv', '\u2028{filename}'])(
    'is refused with the name %j, where S3 would put a name of its own for {filename}',
    async (name) => {
      const body = { name: name.replace('{', '${') };
      expect(await api.ask({ route: 'POST /tasks/uploads', body })).toMatchObject({
        status: 400,
        body: { errors: [{ pointer: '/body/name' }] },
      });
    },
  );

  it('of one that asked for it with another token is in their own folder', async () => {
    const { body } = await api.ask({
      route: 'POST /tasks/uploads',
      claims: { sub: 'auth0|eve' },
      body: { name: 'list.csv' },
    });
    expect(body.fields.key).toBe(`task-files/auth0|eve/${body.uploadId}/list.csv`);
  });
});
