import { describe, expect, it } from 'vitest';
import { healthApi } from '../../../../generated/http/health.ts';
import { type ItemsOperations, itemsApi } from '../../../../generated/http/items.ts';
import { routes } from '../../../../generated/http/routes.ts';
import { type TasksOperations, tasksApi } from '../../../../generated/http/tasks.ts';
import { createApi, type OperationsOf } from '../../../../services/runtime/http/create-api.ts';
import type { Idempotency } from '../../../../services/runtime/http/idempotency.ts';
import { createRecordedLog } from '../recorded-log.ts';
import { context, httpEvent, type TestRequest } from './http-event.ts';

const ID = '01993d1e-7a70-7cc0-8000-1b2c3d4e5f60';
const task = {
  id: ID,
  owner: 'ada',
  title: 'Water the plants',
  isComplete: false,
  createdAt: '2026-11-21T09:30:00.000Z',
  updatedAt: '2026-11-21T09:30:00.000Z',
};

const operations: OperationsOf<TasksOperations> = {
  listTasks: async ({ query, principal }) => ({
    status: 200,
    body: { tasks: [], nextCursor: JSON.stringify({ ...query, ...principal }) },
  }),
  createTask: async ({ body, principal }) => ({
    status: 201,
    headers: { location: `/tasks/${ID}`, etag: '"1"' },
    body: { ...task, owner: principal.sub, title: body.title },
  }),
  getTask: async ({ params }) =>
    params.id === ID
      ? { status: 200, headers: { etag: '"1"' }, body: task }
      : { status: 404, problem: { detail: `there is no task ${params.id}` } },
  replaceTask: async ({ headers }) => ({
    status: 412,
    problem: { detail: `it is not ${headers['if-match']}` },
  }),
  deleteTask: async () => ({ status: 204 }),
  uploadTaskFile: async ({ body, query }) => ({
    status: 202,
    headers: { location: `${query.name} ${body.toString('hex')}` },
    body: { uploadId: ID },
  }),
  startTaskUpload: async () => {
    throw new Error('the table "secret" is on fire');
  },
  listTaskFiles: async () => ({ status: 200, body: { taskFiles: [] } }),
  getTaskFile: async () => ({ status: 404, problem: { detail: 'there is no such file' } }),
  listRejects: async () => ({ status: 200, headers: {}, body: 'line,reason\r\n7,the title is missing\r\n' }),
};

const items: OperationsOf<ItemsOperations> = {
  triggerItems: async () => ({ status: 200, body: { published: 0, failed: 0, outcomes: [] } }),
};

const idempotency: Idempotency = { once: (operate) => operate(ID) };

async function ask(request: TestRequest) {
  const { log, lines } = createRecordedLog();
  const handler = createApi(tasksApi, { operations, idempotency, log });
  const { statusCode, headers, body } = await handler(httpEvent(request), context);
  return { status: statusCode, headers, body: body?.startsWith('{') ? JSON.parse(body) : body, lines };
}

describe('an operation', () => {
  it('is given what was checked, and its answer is sent as JSON', async () => {
    const { lines: _, ...answer } = await ask({ route: 'POST /tasks', body: { title: 'Sing' } });
    expect(answer).toEqual({
      status: 201,
      headers: {
        'content-type': 'application/json',
        'cache-control': 'private, no-cache',
        location: `/tasks/${ID}`,
        etag: '"1"',
      },
      body: { ...task, title: 'Sing' },
    });
  });

  it('is given parameters as what they are, and the defaults of those that are absent', async () => {
    const given = async (query: string) => {
      const { body } = await ask({ route: 'GET /tasks', query });
      return JSON.parse(body.nextCursor);
    };
    expect(await given('isComplete=false&limit=7&cursor=a%2Cb')).toMatchObject({
      isComplete: false,
      limit: 7,
      cursor: 'a,b',
    });
    expect(await given('')).toEqual({ limit: 50, sub: 'ada', isAdmin: false });
  });

  it('is told that an admin asks', async () => {
    const claims = { sub: 'root', scope: 'openid fanbus/admin' };
    const { body } = await ask({ route: 'GET /tasks', claims });
    expect(JSON.parse(body.nextCursor)).toMatchObject({ sub: 'root', isAdmin: true });
  });

  it('is given the very bytes of a file', async () => {
    const bytes = Buffer.from('efbbbf7469746c650aff', 'hex');
    const { headers } = await ask({
      route: 'POST /tasks/upload',
      query: 'name=chores.csv',
      headers: { 'content-type': 'text/csv; charset=utf-8' },
      body: bytes,
    });
    expect(headers?.location).toBe('chores.csv efbbbf7469746c650aff');
  });

  it('may answer CSV, or nothing', async () => {
    expect(await ask({ route: 'GET /task-files/{id}/rejects', path: { id: ID } })).toMatchObject({
      headers: { 'content-type': 'text/csv; charset=utf-8', 'cache-control': 'no-store' },
      body: 'line,reason\r\n7,the title is missing\r\n',
    });
    expect(await ask({ route: 'DELETE /tasks/{id}', path: { id: ID } })).toMatchObject({
      status: 204,
      body: undefined,
    });
  });

  it.each(['"1"', 'W/"1"', '"0", "1"', '*'])('answers 304 to If-None-Match: %s', async (etag) => {
    const { lines: _, ...answer } = await ask({
      route: 'GET /tasks/{id}',
      path: { id: ID },
      headers: { 'if-none-match': etag },
    });
    expect(answer).toEqual({
      status: 304,
      headers: { etag: '"1"', 'cache-control': 'private, no-cache' },
      body: undefined,
    });
  });

  it('answers in full to an If-None-Match that names another version', async () => {
    const request = { route: 'GET /tasks/{id}', path: { id: ID }, headers: { 'if-none-match': '"2"' } };
    expect(await ask(request)).toMatchObject({ status: 200, body: task });
  });
});

describe('a problem', () => {
  it('says what happened, which kind it is and which request it was', async () => {
    const other = ID.replace('0', '1');
    expect(await ask({ route: 'GET /tasks/{id}', path: { id: other } })).toMatchObject({
      status: 404,
      headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
      body: {
        type: 'urn:fanbus:problem:not-found',
        title: 'Not Found',
        status: 404,
        detail: `there is no task ${other}`,
        instance: 'urn:fanbus:request:request-1',
      },
    });
  });

  it('is given to a version that If-Match does not name', async () => {
    expect(
      await ask({
        route: 'PUT /tasks/{id}',
        path: { id: ID },
        headers: { 'if-match': '"0"' },
        body: { title: 'Sing', isComplete: true },
      }),
    ).toMatchObject({ status: 412, body: { type: 'urn:fanbus:problem:precondition-failed' } });
  });

  it('tells nothing of what broke, which stands in the log', async () => {
    const { body, lines } = await ask({ route: 'POST /tasks/uploads', body: { name: 'a.csv' } });
    expect(body).toMatchObject({ status: 500, type: 'urn:fanbus:problem:internal' });
    expect(JSON.stringify(body)).not.toMatch(/secret|fire|at /);
    expect(lines.map(({ level, message }) => [level, message])).toEqual([
      ['error', 'request failed'],
      ['info', 'request answered'],
    ]);
  });
});

const json = { 'content-type': 'application/json' };
const post = (body: unknown): TestRequest => ({ route: 'POST /tasks', body });

describe('refuses', () => {
  it.each<[string, TestRequest, number, readonly [string, string][]]>([
    ['a missing field', post({}), 400, [['/body/title', 'is missing']]],
    [
      'an unknown field',
      post({ title: 'a', titel: 'b' }),
      400,
      [['/body/titel', 'is not known here: check the spelling']],
    ],
    [
      'fields of another type, all at once',
      post({ title: 7, isComplete: 'yes' }),
      400,
      [
        ['/body/title', 'must be string'],
        ['/body/isComplete', 'must be boolean'],
      ],
    ],
    [
      'a title of 101 characters',
      post({ title: 'x'.repeat(101) }),
      400,
      [['/body/title', 'must NOT have more than 100 characters']],
    ],
    ['a blank title', post({ title: '  ' }), 400, [['/body/title', 'must match pattern "\\S"']]],
    [
      'a day that there is not',
      post({ title: 'a', dueAt: '2026-02-31T09:00:00Z' }),
      400,
      [['/body/dueAt', 'must match format "date-time"']],
    ],
    ['a list', post([]), 400, [['/body', 'must be object']]],
    ['no body', { route: 'POST /tasks', headers: json }, 400, [['/body', 'is missing']]],
    [
      'an unknown parameter',
      { route: 'GET /tasks', query: 'limt=7' },
      400,
      [['/query/limt', 'is not known here: check the spelling']],
    ],
    [
      'a parameter that is given twice',
      { route: 'GET /tasks', query: 'limit=1&limit=2' },
      400,
      [['/query/limit', 'is given more than once']],
    ],
    [
      'a parameter that is no number',
      { route: 'GET /tasks', query: 'limit=many' },
      400,
      [['/query/limit', 'must be integer']],
    ],
    [
      'a parameter that is too high',
      { route: 'GET /tasks', query: 'limit=101' },
      400,
      [['/query/limit', 'must be <= 100']],
    ],
    [
      'an id that is none',
      { route: 'GET /tasks/{id}', path: { id: '7' } },
      400,
      [['/path/id', 'must match format "uuid"']],
    ],
    [
      'an Idempotency-Key that is too long',
      { ...post({ title: 'a' }), headers: { 'idempotency-key': 'k'.repeat(129) } },
      400,
      [['/headers/idempotency-key', 'must NOT have more than 128 characters']],
    ],
  ])('%s', async (_title, request, status, errors) => {
    const answer = await ask(request);
    expect(answer).toMatchObject({ status, body: { type: 'urn:fanbus:problem:invalid-request' } });
    expect(answer.body.errors).toEqual(errors.map(([pointer, detail]) => ({ pointer, detail })));
  });

  it.each<[string, TestRequest, number, string]>([
    ['malformed JSON', { ...post('{"title":'), headers: json }, 400, 'malformed-json'],
    ['bytes that are no UTF-8', { ...post(Buffer.from('ff', 'hex')), headers: json }, 400, 'malformed-json'],
    [
      'a form',
      { ...post('title=a'), headers: { 'content-type': 'multipart/form-data; boundary=b' } },
      415,
      'unsupported-media-type',
    ],
    [
      'another charset',
      { ...post({ title: 'a' }), headers: { 'content-type': 'application/json; charset=latin1' } },
      415,
      'unsupported-media-type',
    ],
    ['a body of no type', post(Buffer.from('{}')), 415, 'unsupported-media-type'],
    ['a body that is too large', post({ title: 'a', detail: 'x'.repeat(65_536) }), 413, 'too-large'],
    ['a body where none is taken', { route: 'GET /tasks', body: { limit: 1 } }, 400, 'invalid-request'],
    [
      'headers that are too large',
      { route: 'GET /tasks', headers: { cookie: 'x'.repeat(10_241) } },
      431,
      'headers-too-large',
    ],
    ['a request without a token', { route: 'GET /tasks', claims: undefined }, 401, 'unauthorized'],
    ['a token without a sub', { route: 'GET /tasks', claims: { client_id: 'a' } }, 401, 'unauthorized'],
    ['a sub that would be two folders', { route: 'GET /tasks', claims: { sub: 'a/b' } }, 403, 'forbidden'],
    [
      'a sub that is the owner of what has none',
      { route: 'GET /tasks', claims: { sub: 'shared' } },
      403,
      'forbidden',
    ],
    ['a sub of 129 bytes', { route: 'GET /tasks', claims: { sub: 'x'.repeat(129) } }, 403, 'forbidden'],
    ['a route that there is not', { route: '$default', rawPath: '/taks' }, 404, 'unknown-route'],
  ])('%s', async (_title, request, status, type) => {
    expect(await ask(request)).toMatchObject({
      status,
      headers: { 'content-type': 'application/problem+json' },
      body: { status, type: `urn:fanbus:problem:${type}` },
    });
  });

  it.each(['1e400', '-1e400', '9'.repeat(400)])('the number %s, which would become null', async (number) => {
    const pointer = '/body/items/1/content/a~1b/2';
    const handler = createApi(itemsApi, { idempotency, operations: items, log: createRecordedLog().log });
    const ask = async (text: string) => {
      const body = `{"items":[{"id":"one"},{"id":"two","content":{"a/b":[0,1.7e308,${text}]}}]}`;
      const answer = await handler(httpEvent({ route: 'POST /trigger', body }), context);
      return { status: answer.statusCode, errors: JSON.parse(answer.body ?? '').errors };
    };
    const detail = expect.stringMatching(/^must be from -1\.79\S+ to 1\.79/);
    expect(await ask(number)).toEqual({ status: 400, errors: [{ pointer, detail }] });
    expect(await ask('1e-400')).toMatchObject({ status: 200 });
  });

  it('names the first twenty fields of many', async () => {
    const unknown = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`field${n}`, n]));
    const { body } = await ask(post({ title: 'a', ...unknown }));
    expect(body.errors).toHaveLength(20);
  });

  it('names the first fault of a body that may be large, in little memory', async () => {
    const handler = createApi(itemsApi, { idempotency, operations: items, log: createRecordedLog().log });
    const many = Array.from({ length: 300_000 }, () => ({}));
    const request = httpEvent({ route: 'POST /trigger', body: { items: many } });
    const { body = '' } = await handler(request, context);
    expect(JSON.parse(body).errors).toEqual([
      { pointer: '/body/items', detail: 'must NOT have more than 1000 items' },
    ]);
  });
});

describe('a function that is asked what is no route of its own', () => {
  const handler = createApi(healthApi, {
    routes,
    operations: {
      getHealth: async () => ({ status: 200, body: { status: 'ok', stage: 'dev' } }),
      getOpenapi: async () => ({ status: 200, headers: { etag: '"1"' }, body: { openapi: '3.1.0' } }),
    },
  });
  const askDefault = (method: string, rawPath: string) => {
    const event = httpEvent({ route: '$default', rawPath });
    event.requestContext.http.method = method;
    return handler(event, context);
  };

  it('answers 405 with the methods that there are', async () => {
    const answer = await askDefault('PATCH', `/tasks/${ID}`);
    expect(answer).toMatchObject({ statusCode: 405, headers: { allow: 'GET, PUT, DELETE' } });
    expect(JSON.parse(answer.body ?? '')).toMatchObject({ type: 'urn:fanbus:problem:method-not-allowed' });
  });

  it('answers 404 where there are none', async () => {
    expect(await askDefault('GET', '/tasks/1/2/3')).toMatchObject({ statusCode: 404 });
    expect(await askDefault('GET', '/tasks/')).toMatchObject({ statusCode: 404 });
  });

  it('tells a browser what there is', async () => {
    expect(await askDefault('OPTIONS', '/tasks')).toMatchObject({
      statusCode: 204,
      headers: { allow: 'GET, POST' },
    });
  });

  it('takes no token where none is needed', async () => {
    expect(await handler(httpEvent({ route: 'GET /health', claims: undefined }), context)).toMatchObject({
      statusCode: 200,
    });
  });
});

describe('the log', () => {
  it('has one line for a request, without what it says', async () => {
    const { lines } = await ask({
      ...post({ title: 'my secret' }),
      headers: { authorization: 'Bearer secret', 'idempotency-key': 'secret' },
    });
    expect(lines).toEqual([
      {
        level: 'info',
        message: 'request answered',
        fields: [
          {
            method: 'POST',
            route: 'POST /tasks',
            status: 201,
            ms: expect.any(Number),
            requestId: 'request-1',
            sub: 'ada',
          },
        ],
      },
    ]);
  });
});

describe('createApi', () => {
  it('refuses an API with a POST and no idempotency', () => {
    expect(() => createApi(tasksApi, { operations })).toThrow(
      'tasks-api has a POST, but was given no idempotency: make one with createIdempotency.',
    );
  });

  it('does not compile with operations that are not as the contract has them', () => {
    const { listTasks: _, ...others } = operations;
    // @ts-expect-error one is missing
    createApi(tasksApi, { operations: others, idempotency });
    // @ts-expect-error one is unknown
    createApi(tasksApi, { operations: { ...operations, dropTasks: async () => ({}) }, idempotency });
    createApi(itemsApi, {
      idempotency,
      operations: {
        // @ts-expect-error it never answers 201
        triggerItems: async () => ({ status: 201, body: { published: 0, failed: 0, outcomes: [] } }),
      },
    });
    createApi(itemsApi, {
      idempotency,
      operations: {
        // @ts-expect-error the body lacks outcomes
        triggerItems: async () => ({ status: 200, body: { published: 0, failed: 0 } }),
      },
    });
    createApi(itemsApi, {
      idempotency,
      operations: {
        triggerItems: async ({ body }) => {
          // @ts-expect-error there is no such field
          body.itms;
          return { status: 200, body: { published: 0, failed: body.items.length, outcomes: [] } };
        },
      },
    });
    expect.assertions(0);
  });
});
