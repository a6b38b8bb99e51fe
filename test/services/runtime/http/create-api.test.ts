import { describe, expect, it } from 'vitest';
import { itemsApi } from '../../../../generated/http/items.ts';
import { type TasksOperations, tasksApi } from '../../../../generated/http/tasks.ts';
import { createApi, type OperationsOf } from '../../../../services/runtime/http/create-api.ts';
import type { Idempotency } from '../../../../services/runtime/http/idempotency.ts';
import { context, httpEvent, type TestRequest } from './http-event.ts';

const task = {
  id: '01993d1e-7a70-7cc0-8000-1b2c3d4e5f60',
  owner: 'ada',
  title: 'Water the plants',
  isComplete: false,
  createdAt: '2026-11-21T09:30:00.000Z',
  updatedAt: '2026-11-21T09:30:00.000Z',
};

const operations: OperationsOf<TasksOperations> = {
  listTasks: async ({ query }) => ({ status: 200, body: { tasks: [], nextCursor: `${query.limit}` } }),
  createTask: async ({ body, principal }) => ({
    status: 201,
    headers: { location: `/tasks/${task.id}`, etag: '"1"' },
    body: { ...task, owner: principal.sub, title: body.title },
  }),
  getTask: async ({ params }) =>
    params.id === task.id
      ? { status: 200, headers: { etag: '"1"' }, body: task }
      : { status: 404, problem: { detail: `there is no task ${params.id}` } },
  replaceTask: async () => ({ status: 412, problem: { detail: 'it was changed since' } }),
  deleteTask: async () => ({ status: 204 }),
  uploadTaskFile: async ({ body }) => ({
    status: 202,
    headers: { location: body.toString('hex') },
    body: { uploadId: task.id },
  }),
  startTaskUpload: async () => {
    throw new Error('the table is on fire');
  },
  listTaskFiles: async () => ({ status: 200, body: { taskFiles: [] } }),
  getTaskFile: async () => ({ status: 404, problem: { detail: 'there is no such file' } }),
  listRejects: async () => ({ status: 200, headers: {}, body: 'line,reason\r\n' }),
};

const idempotency: Idempotency = { once: (operate) => operate(task.id) };

async function ask(request: TestRequest) {
  const handler = createApi(tasksApi, { operations, idempotency });
  const { statusCode, headers, body } = await handler(httpEvent(request), context);
  return { status: statusCode, headers, body: body?.startsWith('{') ? JSON.parse(body) : body };
}

describe('an API', () => {
  it('answers an operation', async () => {
    expect(await ask({ route: 'POST /tasks', body: { title: 'Sing' } })).toEqual({
      status: 201,
      headers: {
        'content-type': 'application/json',
        'cache-control': 'private, no-cache',
        location: `/tasks/${task.id}`,
        etag: '"1"',
      },
      body: { ...task, title: 'Sing' },
    });
  });
});

describe('the compiler', () => {
  it('refuses operations that are not as the contract has them', () => {
    const { listTasks: _, ...others } = operations;
    // @ts-expect-error one is missing
    createApi(tasksApi, { operations: others, idempotency });
    // @ts-expect-error one is unknown
    createApi(tasksApi, { operations: { ...operations, dropTasks: async () => ({}) }, idempotency });
    createApi(itemsApi, {
      idempotency,
      operations: {
        // @ts-expect-error the operation never answers 201
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
  });
});
