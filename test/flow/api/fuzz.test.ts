import { Agent, request as openRequest } from 'node:http';
import { join } from 'node:path';
import { text as readText } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readSubscriptions } from '../../../infra/read-subscriptions.ts';
import { photo } from '../../pictures/index.ts';
import { type ApiFlow, openApiFlow } from '../open-api-flow.ts';
import { operations } from './fuzz/document.ts';
import { type FuzzAnswer, findFault } from './fuzz/find-fault.ts';
import { type Caller, callers, type FuzzRequest, requestsOf } from './fuzz/requests-of.ts';

const SEED = 1;
const REQUESTS = 5_000;

/** How many requests are on their way at a time, by the domain of the operation: each keeps a process of its function busy. */
const lanes: Readonly<Record<string, number>> = { Tasks: 9, Images: 5, Items: 3, Events: 2, Health: 1 };

let flow: ApiFlow;
let ids: readonly string[];
let tokens: Readonly<Record<Caller, string | undefined>>;
const agent = new Agent({ keepAlive: true });
beforeAll(async () => {
  flow = await openApiFlow();
  tokens = {
    ada: await flow.token({ sub: callers.ada }),
    admin: await flow.token({ sub: callers.admin, scope: 'fanbus/admin' }),
    stranger: await flow.token({ sub: callers.stranger }),
    shared: await flow.token({ sub: callers.shared }),
    nobody: undefined,
    garbage: 'x.y.z',
  };
  // They read the file; those who look at pictures are not needed to list one.
  const needed = ['read-task-file', 'create-tasks', 'complete-task-file', 'gather-verdict', 'update-profile'];
  await pauseAllBut(needed);
  ids = await fill();
  await pauseAllBut([]);
});
afterAll(() => {
  agent.destroy();
  return flow.close();
});

it('asks for every domain', () => {
  expect(Object.keys(lanes).sort()).toEqual([...new Set(operations.flatMap(({ tags }) => tags))].sort());
});

it('answers five thousand requests, right and wrong, as its description says', {
  timeout: 180_000,
}, async () => {
  let invoked = 0;
  const stop = flow.aws.observations.on('invoked', ({ function: name }) => {
    if (name.endsWith('-api')) invoked += 1;
  });
  let sent = 0;
  const statuses = new Set<number>();
  const succeeded = new Set<string>();
  const seenByAdmin = new Set<string>();
  /** One of each kind. */
  const faults = new Map<string, string>();
  const ask = async (request: FuzzRequest) => {
    sent += 1;
    // Time for the stage to let more through: as many a second as it takes.
    if (sent % 100 === 0) flow.aws.clock.advance(1_000);
    const answer = await send(request).catch(noAnswer);
    statuses.add(answer.status);
    if (answer.status < 300) succeeded.add(request.operation.operationId);
    if (answer.status < 300 && request.caller === 'admin' && request.owner === callers.ada) {
      seenByAdmin.add(request.operation.operationId);
    }
    const fault = findFault(request, answer);
    if (fault) faults.set(`${answer.status} ${fault}`, report(request, answer, fault));
  };
  const all = Object.values(lanes).reduce((sum, count) => sum + count, 0);
  await Promise.all(
    Object.entries(lanes).flatMap(([tag, count]) => {
      const requests = sampleOf(tag, Math.ceil((REQUESTS * count) / all)).values();
      return Array.from({ length: count }, async () => {
        for (const request of requests) await ask(request);
      });
    }),
  );
  stop();
  expect([...faults.values()].slice(0, 10).join('\n\n')).toBe('');
  expect(sent).toBeGreaterThanOrEqual(REQUESTS);
  expect(invoked).toBeGreaterThanOrEqual(0.9 * REQUESTS);
  expect([...succeeded].sort()).toEqual(operations.map(({ operationId }) => operationId).sort());
  expect([...seenByAdmin]).toEqual(expect.arrayContaining(['listImages', 'listTaskFiles', 'listTasks']));
  expect([...statuses]).toEqual(expect.arrayContaining([304, 401, 403, 404, 412, 413, 415, 422, 431]));
});

function noAnswer(error: Error): FuzzAnswer {
  return { status: 0, contentType: undefined, text: error.message };
}

/** The same requests of a domain for the same seed. */
function sampleOf(tag: string, numRuns: number): readonly FuzzRequest[] {
  const own = operations.filter(({ tags }) => tags.includes(tag));
  return fc.sample(fc.oneof(...own.map((operation) => requestsOf(operation, ids))), { seed: SEED, numRuns });
}

function send({ operation, caller, path, headers, body }: FuzzRequest): Promise<FuzzAnswer> {
  const token = tokens[caller];
  const { hostname, port, pathname } = new URL(flow.url);
  return new Promise((resolve, reject) => {
    const request = openRequest({
      agent,
      hostname,
      port,
      method: operation.method,
      path: `${pathname}${path}`,
      headers: {
        ...headers,
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-length': body.length }),
      },
    });
    request.once('error', reject);
    request.once('response', (response) => {
      const { statusCode = 0, headers } = response;
      const answer = (text: string) => ({ status: statusCode, contentType: headers['content-type'], text });
      readText(response).then((text) => resolve(answer(text)), reject);
    });
    request.end(body);
  });
}

function report(
  { operation, caller, path, headers, body }: FuzzRequest,
  answer: FuzzAnswer,
  fault: string,
): string {
  return [
    `${operation.operationId} (seed ${SEED}): the answer ${fault}`,
    `${operation.method} ${path.slice(0, 500)} by ${caller} with ${JSON.stringify(headers).slice(0, 300)}`,
    `body ${body?.toString().slice(0, 1_000)}`,
    `answer ${answer.status} ${answer.contentType} ${answer.text.slice(0, 500)}`,
  ].join('\n');
}

/** Leaves tasks, a file with rejects and a picture of ada's behind, and answers their ids. */
async function fill(): Promise<readonly string[]> {
  const tasks = await Promise.all(
    Array.from({ length: 12 }, (_, n) => flow.ask({ route: 'POST /tasks', body: { title: `task ${n}` } })),
  );
  const { body: file } = await flow.ask({
    route: 'POST /tasks/upload',
    body: 'title,isComplete\nRead,true\n,false\nWrite,maybe\n',
    headers: { 'content-type': 'text/csv' },
  });
  const { body: form } = await flow.ask({
    route: 'POST /images',
    body: { name: 'me.png', contentType: 'image/png' },
  });
  const picture = new FormData();
  for (const [name, value] of Object.entries<string>(form.fields)) picture.set(name, value);
  picture.set('file', new Blob([new Uint8Array(photo('cat.png'))]));
  await fetch(form.url, { method: 'POST', body: picture });
  await flow.untilQuiet({ switchedOff: others });
  const { body: files } = await flow.ask({ route: 'GET /task-files' });
  const { body: images } = await flow.ask({ route: 'GET /images' });
  return [
    ...tasks.map(({ body }) => body.id),
    files.taskFiles[0].id,
    images.images[0].id,
    file.uploadId,
    form.uploadId,
    'ada',
  ];
}

/** The consumers that are switched off. */
let others: readonly string[] = [];

async function pauseAllBut(needed: readonly string[]): Promise<void> {
  const consumers = readSubscriptions(join(import.meta.dirname, '../../..')).map(({ name }) => name);
  others = consumers.filter((name) => !needed.includes(name));
  for (const name of others) await flow.pause(name);
}
