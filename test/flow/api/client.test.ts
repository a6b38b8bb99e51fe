import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const tools = join(root, 'test/clients/openapi/node_modules');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fanbus-client-'));
  const settings = { strict: true, noEmit: true, module: 'nodenext', target: 'es2024', types: [] };
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: { ...settings, allowImportingTsExtensions: true } }),
  );
  writeFileSync(join(folder, 'ask.ts'), ask);
  writeFileSync(join(folder, 'right.ts'), rightUses);
  writeFileSync(join(folder, 'wrong.ts'), wrongUses);
});
afterAll(() => rmSync(folder, { recursive: true }));

it('makes a typed client that takes every domain as it is, and nothing that the API would refuse', () => {
  const document = join(root, 'docs/openapi.json');
  // Unless told so, it takes what has a default for what is always there, in requests too.
  const settings = ['--default-non-nullable=false', '-o', join(folder, 'api.ts')];
  const made = run('openapi-typescript/bin/cli.js', [document, ...settings]);
  expect(made.status, made.stderr).toBe(0);
  const checked = run('typescript/bin/tsc', ['-p', folder]);
  expect(checked.stdout).toBe('');
  expect(checked.status).toBe(0);
});

function run(script: string, args: readonly string[]) {
  return spawnSync(process.execPath, [join(tools, script), ...args], { encoding: 'utf8' });
}

/** What a stranger would write over the generated types. */
const ask = `
import type { operations } from './api.ts';

type Content<T> = T extends { content: infer Bodies } ? Bodies[keyof Bodies] : undefined;
type Success = 200 | 201 | 202 | 204;

type Options<Id extends keyof operations> = Pick<operations[Id], Extract<'parameters', keyof operations[Id]>> &
  (operations[Id] extends { requestBody: infer Body } ? { body: Content<Body> } : { body?: never });

type Answer<Id extends keyof operations> = {
  [Status in Extract<keyof operations[Id]['responses'], Success>]: Content<operations[Id]['responses'][Status]>;
}[Extract<keyof operations[Id]['responses'], Success>];

type Refusal<Id extends keyof operations, Status extends keyof operations[Id]['responses']> = Content<
  operations[Id]['responses'][Status]
>;

export declare function ask<Id extends keyof operations>(id: Id, options: Options<Id>): Answer<Id>;
export declare function refused<Id extends keyof operations, Status extends keyof operations[Id]['responses']>(
  id: Id,
  status: Status,
): Refusal<Id, Status>;
`;

const rightUses = `
import { ask, refused } from './ask.ts';

export function useTasks() {
  const { id, dueAt } = ask('createTask', {
    parameters: { header: { 'Idempotency-Key': 'once' } },
    body: { title: 'Sing', dueAt: '2026-12-01T09:00:00+01:00' },
  });
  const due: string | undefined = dueAt;
  const { isComplete } = ask('replaceTask', {
    parameters: { path: { id }, header: { 'If-Match': '*' } },
    body: { title: 'Sing', isComplete: true },
  });
  const gone: undefined = ask('deleteTask', { parameters: { path: { id }, query: { owner: 'grace' } } });
  const { tasks, nextCursor } = ask('listTasks', { parameters: { query: { isComplete, limit: 2, owner: 'grace' } } });
  const titles: readonly string[] = tasks.map(({ title }) => title);
  const again: string | undefined = nextCursor;
  return { due, gone, titles, again };
}

export function useFiles() {
  const form = ask('startTaskUpload', { parameters: {}, body: { name: 'chores.csv' } });
  const fields: Readonly<Record<string, string>> = form.fields;
  const { uploadId } = ask('uploadTaskFile', { parameters: { query: { name: 'a.csv' } }, body: 'title\\nSing\\n' });
  const { taskFiles } = ask('listTaskFiles', { parameters: { query: { uploadId } } });
  const shares: readonly number[] = taskFiles.map(({ processed, total = processed }) => processed / total);
  const { status } = ask('getTaskFile', { parameters: { path: { id: 'x' } } });
  const isOver: boolean = status === 'COMPLETED' || status === 'FAILED';
  const rejects: string = ask('listRejects', { parameters: { path: { id: 'x' }, query: { cursor: 'y' } } });
  return { fields, shares, isOver, rejects };
}

export function useImages() {
  const { uploadId, maxBytes } = ask('startImageUpload', {
    parameters: {},
    body: { name: 'me.jpg', contentType: 'image/jpeg' },
  });
  const [image] = ask('listImages', { parameters: { query: { uploadId } } }).images;
  const { thumbnails, answers, master } = ask('getImage', { parameters: { path: { id: image?.id ?? '' } } });
  const links: readonly string[] = thumbnails.map(({ url }) => url);
  const missing = answers.filter(({ state }) => state === 'missing').map(({ consumer }) => consumer);
  const { picture } = ask('getUser', { parameters: { path: { id: 'ada' } } });
  const shown: string | undefined = picture?.imageId;
  return { maxBytes: maxBytes * 2, links, missing, format: master?.format, shown };
}

export function useItemsAndEvents() {
  const { outcomes } = ask('triggerItems', {
    parameters: {},
    body: { items: [{ id: 'order-1', content: { quantity: 2, lines: ['a', 'b'] } }, { id: 'order-2' }] },
  });
  const failed = outcomes.filter(({ status }) => status === 'failed').map(({ id }) => id);
  const { published } = ask('publishEvents', {
    parameters: {},
    body: { events: [{ type: 'ItemReceived.v1', data: { owner: 'ada', id: 'order-1' } }] },
  });
  return { failed, published: published + 1 };
}

export function useHealth() {
  const { status }: { status: 'ok' } = ask('getHealth', { parameters: {} });
  const { openapi }: { openapi: string } = ask('getOpenapi', { parameters: {} });
  return { status, openapi };
}

export function useRefusals() {
  const { detail, errors = [] } = refused('createTask', 422);
  const pointers: readonly string[] = errors.map(({ pointer }) => pointer);
  const { message } = refused('createTask', 429);
  const { status } = refused('listImages', 403);
  const both = refused('getTask', 431);
  return [detail, ...pointers, message, status, 'message' in both ? both.message : both.detail];
}
`;

const wrongUses = `
import { ask, refused } from './ask.ts';

// @ts-expect-error there is no such operation
ask('patchTask', { parameters: {} });
// @ts-expect-error a task has a title
ask('createTask', { parameters: {}, body: {} });
// @ts-expect-error it has no such field
ask('createTask', { parameters: {}, body: { title: 'Sing', duAt: '2026-12-01' } });
// @ts-expect-error whether it is complete is no text
ask('createTask', { parameters: {}, body: { title: 'Sing', isComplete: 'no' } });
// @ts-expect-error it takes a body
ask('createTask', { parameters: {} });
// @ts-expect-error a replacement says whether it is complete
ask('replaceTask', { parameters: { path: { id: 'x' } }, body: { title: 'Sing' } });
// @ts-expect-error which task
ask('getTask', { parameters: {} });
// @ts-expect-error it takes no body
ask('deleteTask', { parameters: { path: { id: 'x' } }, body: {} });
// @ts-expect-error it has no such parameter
ask('listTasks', { parameters: { query: { completed: true } } });
// @ts-expect-error nobody makes a task for another
ask('createTask', { parameters: { query: { owner: 'grace' } }, body: { title: 'Sing' } });
// @ts-expect-error a limit is a number
ask('listTasks', { parameters: { query: { limit: '2' } } });
// @ts-expect-error there is no such state of a file
ask('getTaskFile', { parameters: { path: { id: 'x' } } }).status === 'DONE';
// @ts-expect-error rejects are text
ask('listRejects', { parameters: { path: { id: 'x' } } }).rejects;
// @ts-expect-error it takes no SVG
ask('startImageUpload', { parameters: {}, body: { name: 'me.svg', contentType: 'image/svg+xml' } });
// @ts-expect-error a user may have no picture yet
ask('getUser', { parameters: { path: { id: 'ada' } } }).picture.imageId;
// @ts-expect-error an item has an id
ask('triggerItems', { parameters: {}, body: { items: [{ content: {} }] } });
// @ts-expect-error that type does not come from outside
ask('publishEvents', { parameters: {}, body: { events: [{ type: 'TaskCreated.v1', data: {} }] } });
// @ts-expect-error a problem tells no message
refused('createTask', 409).message;
// @ts-expect-error nothing is answered so
refused('getHealth', 401);
`;
