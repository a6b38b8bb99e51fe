import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createApiClient } from '../../../tools/demo/api-client.ts';
import { runTasksDemo } from '../../../tools/demo/run-tasks-demo.ts';
import { createLiveText } from '../../../tools/live-text.ts';
import { type System, startSystem } from '../../../tools/start-system.ts';

const folder = mkdtempSync(join(tmpdir(), 'demo-tasks-'));
const { signal } = new AbortController();
let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(async () => {
  await system.close();
  rmSync(folder, { recursive: true });
});

function run({ csv, rows = 10 }: { csv?: string; rows?: number }, stop = signal) {
  const live = createLiveText(new PassThrough() as unknown as NodeJS.WriteStream);
  return runTasksDemo({ system, csv, rows, live, signal: stop });
}

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** What a person has asked for so far, as `service operation`. */
const requests = () =>
  system.aws.observations
    .recent()
    .filter((observation) => observation.kind === 'requested')
    .filter(({ caller }) => caller === 'user')
    .map(({ operation, service, status }) => ({ operation: `${service} ${operation}`, status }));

describe('the demo of tasks', { timeout: 60_000 }, () => {
  it('goes by the API alone, from the token to the rejects', async () => {
    const before = requests().length;
    const { problem, rejects, ...outcome } = await run({ rows: 400 });
    expect(problem).toBeUndefined();
    expect(outcome).toMatchObject({ file: '400-tasks.csv', status: 'COMPLETED', total: 400, failed: 0 });
    expect(outcome.created + outcome.rejected).toBe(400);
    expect(rejects.length).toBe(Math.min(outcome.rejected, 5));
    expect(rejects[0]).toEqual({ line: expect.any(Number), reason: expect.stringMatching(/\w/) });
    expect([
      ...new Set(
        requests()
          .slice(before)
          .map(({ operation }) => operation),
      ),
    ]).toEqual([
      'oidc POST /token',
      'execute-api POST /tasks/uploads',
      's3 PostObject',
      'execute-api GET /task-files',
      'execute-api GET /task-files/{id}',
      'execute-api GET /task-files/{id}/rejects',
    ]);
  });

  it('says of a file that S3 does not take that it FAILED, and why', async () => {
    const outcome = await run({ csv: file('empty.csv', '') });
    const reason = 'Your proposed upload is smaller than the minimum allowed size (EntityTooSmall)';
    expect(outcome).toMatchObject({ status: 'FAILED', total: 0, reason, rejects: [] });
    expect(outcome.problem).toBe(`the file FAILED: ${reason}`);
  });

  it('ends at once when it is told to', async () => {
    const stop = new AbortController();
    const running = run({ rows: 400 }, stop.signal);
    await system.aws.observations.waitFor('stored', ({ key }) => key.endsWith('/400-tasks.csv'));
    stop.abort(new Error('enough'));
    await expect(running).rejects.toThrow();
  });
});

describe('a user of the API', { timeout: 60_000 }, () => {
  it('is told nothing twice, and nothing of what others have', async () => {
    const ada = createApiClient({ system, user: 'demo', signal });
    const [done] = (await ada.ask('listTaskFiles', {})).taskFiles.filter(
      ({ status }) => status === 'COMPLETED',
    );
    const path = { id: done?.id ?? '' };
    const first = await ada.ask('getTaskFile', { path });
    expect(await ada.ask('getTaskFile', { path })).toBe(first);
    expect(requests().at(-1)).toEqual({ operation: 'execute-api GET /task-files/{id}', status: 304 });

    const eve = createApiClient({ system, user: 'eve', signal });
    await expect(eve.ask('getTaskFile', { path })).rejects.toThrow(
      /^GET \/task-files\/\{id\} is answered with 404: .*you have no file/,
    );
  });

  it('asks again when the API has too much to do, with the same key', async () => {
    const keys: unknown[] = [];
    const server = createServer(({ headers }, response) => {
      keys.push(headers['idempotency-key']);
      response.writeHead(keys.length === 1 ? 429 : 201, { 'content-type': 'application/json' }).end('{}');
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const client = createApiClient({ system: { apiUrl, aws: system.aws }, user: 'demo', signal });
    expect(await client.ask('startTaskUpload', { body: { name: 'a.csv' } })).toEqual({});
    expect(keys).toEqual([expect.stringMatching(/^[\da-f-]{36}$/), keys[0]]);
  });
});
