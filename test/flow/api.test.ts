import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import cdkJson from '../../cdk.json' with { type: 'json' };
import { routes } from '../../generated/http/routes.ts';
import { ApiStack } from '../../infra/stacks/api-stack.ts';
import { readStage } from '../../infra/stage.ts';
import { type LocalAws, startLocalAws } from '../../tools/local/start-local-aws.ts';

const outdir = mkdtempSync(join(tmpdir(), 'fanbus-api-flow-'));
let aws: LocalAws;
let api: string;
let token: string;

/** The stack of the API alone: it knows the others by name only. */
beforeAll(async () => {
  const app = new App({ outdir, context: cdkJson.context });
  new ApiStack(app, readStage(app.node));
  app.synth();
  aws = await startLocalAws();
  const { stacks } = await aws.deploy(outdir);
  const resources = stacks.flatMap((stack) => Object.values(stack.resources));
  api = String(resources.find(({ attributes }) => attributes?.ApiEndpoint)?.attributes?.ApiEndpoint);
  const asked = await fetch(`${aws.endpoint}/_aws/oidc/token`, {
    method: 'POST',
    body: new URLSearchParams({ sub: 'ada' }),
  });
  ({ access_token: token } = (await asked.json()) as { readonly access_token: string });
});
afterAll(async () => {
  await aws.close();
  rmSync(outdir, { recursive: true });
});

async function ask(path: string, init: RequestInit = {}) {
  const answer = await fetch(`${api}${path}`, {
    ...init,
    headers: { authorization: `Bearer ${token}`, ...init.headers },
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: text === '' ? undefined : JSON.parse(text) };
}

const post = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

it('is healthy without a token, and tells nothing else without one', async () => {
  const health = await fetch(`${api}/health`);
  expect([health.status, await health.json()]).toEqual([200, { status: 'ok', stage: 'dev' }]);
  for (const { method, path } of routes.filter(({ isOpen }) => !isOpen)) {
    const answer = await fetch(`${api}${path.replace('{id}', 'any')}`, { method });
    expect([method, path, answer.status]).toEqual([method, path, 401]);
  }
  expect((await fetch(`${api}/taks`)).status).toBe(401);
});

it('describes itself, once for those who have the description', async () => {
  const { status, headers, body } = await ask('/openapi.json');
  expect([status, body.openapi]).toEqual([200, '3.1.0']);
  const again = await ask('/openapi.json', { headers: { 'if-none-match': headers.get('etag') ?? '' } });
  expect([again.status, again.body]).toEqual([304, undefined]);
});

it('says of what there is not that it is not there, and how else to ask', async () => {
  expect(await ask('/taks')).toMatchObject({
    status: 404,
    body: { type: 'urn:fanbus:problem:unknown-route' },
  });
  const patched = await ask('/tasks', { method: 'PATCH' });
  expect([patched.status, patched.headers.get('allow')]).toEqual([405, 'GET, POST']);
});

it('refuses a request field by field', async () => {
  const { status, headers, body } = await ask('/tasks/uploads', post({ nmae: 'a.csv' }));
  expect([status, headers.get('content-type')]).toEqual([400, 'application/problem+json']);
  expect(body.errors).toEqual([
    { pointer: '/body/name', detail: 'is missing' },
    { pointer: '/body/nmae', detail: 'is not known here: check the spelling' },
  ]);
});

it('answers a keyed request the same again, and refuses its key to another', async () => {
  const keyed = (name: string) => ask('/tasks/uploads', post({ name }, { 'idempotency-key': 'once' }));
  const first = await keyed('chores.csv');
  expect(first.status).toBe(201);
  expect((await keyed('chores.csv')).body).toEqual(first.body);
  expect(await keyed('others.csv')).toMatchObject({
    status: 422,
    body: { type: 'urn:fanbus:problem:idempotency-key-reused' },
  });
});

it('logs each request once at the gate and once in its function, and never a token', async () => {
  const before = aws.logs.lines('/aws/vendedlogs/apigateway/fanbus-dev').length;
  await ask('/taks');
  const gate = aws.logs.lines('/aws/vendedlogs/apigateway/fanbus-dev').slice(before);
  expect(gate.map(({ message }) => JSON.parse(message))).toMatchObject([
    { method: 'GET', route: '$default', status: '404', sub: 'ada' },
  ]);
  const lines = aws.logs.lines('/aws/lambda/fanbus-dev-health-api').map(({ message }) => message);
  expect(lines.filter((line) => line.includes('"route":"$default"'))).not.toEqual([]);
  expect([...gate.map(({ message }) => message), ...lines].join()).not.toContain(token);
});
