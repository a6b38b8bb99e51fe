import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { runCommand } from 'citty';
import { decodeJwt } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { token } from '../../../tools/commands/token.ts';
import { UserError } from '../../../tools/user-error.ts';
import { ISSUER, type OpenApi, openApi } from '../local/api/open-api.ts';

const cli = fileURLToPath(new URL('../../../tools/fanbus.mjs', import.meta.url));

let api: OpenApi;
beforeAll(async () => {
  api = await openApi();
  await api.putStage();
  const AuthorizerId = await api.putAuthorizer();
  await api.putRoute('GET /me', { AuthorizationType: 'JWT', AuthorizerId });
});
afterAll(() => api.close());

function run(words: readonly string[], variables: Readonly<Record<string, string>> = {}) {
  const { AWS_ENDPOINT_URL: _, ...env } = process.env;
  return promisify(execFile)(process.execPath, [cli, 'token', ...words], { env: { ...env, ...variables } });
}

async function refusal(...words: string[]): Promise<string> {
  const error = await runCommand(token, { rawArgs: words }).catch((error) => error);
  expect(error).toBeInstanceOf(UserError);
  return error.message;
}

const servers: Server[] = [];
const closeAll = () => {
  for (const server of servers.splice(0)) server.close();
};
afterEach(closeAll);

async function listen(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  servers.push(server);
  await new Promise((resolve) => server.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('fanbus token', () => {
  it('prints a token alone, which the API takes', async () => {
    const { stderr, stdout } = await run(['--sub', 'ada'], api.aws.environment);
    expect({ stdout, stderr }).toEqual({
      stdout: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+\n$/),
      stderr: '',
    });
    expect(decodeJwt(stdout)).toMatchObject({ iss: ISSUER, aud: 'shop', sub: 'ada' });
    const authorization = `Bearer ${stdout.trim()}`;
    expect(await api.call('/me', { headers: { authorization } })).toMatchObject({ status: 200 });
  });

  it('puts into it what it is told, from the engine that it is told', async () => {
    const words = ['--sub', 'ada', '--scope', 'a b', '--audience', 'back-office', '--expires-in', '60'];
    const { stdout } = await run([...words, '--endpoint', `${api.aws.endpoint}/`]);
    const { aud, exp = 0, iat = 0, scope } = decodeJwt(stdout);
    expect({ aud, scope, seconds: exp - iat }).toEqual({ aud: 'back-office', scope: 'a b', seconds: 60 });
  });

  it('exits with 1 and says in one line what to do when nothing listens', async () => {
    const endpoint = await listen(() => {});
    closeAll();
    const { code, stderr, stdout } = await run(['--sub', 'ada', '--endpoint', endpoint]).catch(
      (error) => error,
    );
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      /^fanbus: nothing answers at http:\S+ \(connect ECONNREFUSED \S+\): start npx fanbus local, and give the --endpoint that it prints\.\n$/,
    );
  });

  it.each([
    ['https://127.0.0.1:4566', '"https://127.0.0.1:4566" is not HTTP: '],
    ['http://shop.example', '"shop.example" is not this machine: '],
    ['http://127.0.0.1.evil.example', '"127.0.0.1.evil.example" is not this machine: '],
    ['http://127.0.0.1@evil.example', '"evil.example" is not this machine: '],
    ['4566', '"4566" is no URL: '],
  ])('refuses to ask %s', async (endpoint, problem) => {
    const message = await refusal('--sub', 'ada', '--endpoint', endpoint);
    expect(message).toBe(
      `${problem}tokens come from the engine on this machine alone. Give the --endpoint that fanbus local printed, such as http://127.0.0.1:4566.`,
    );
  });

  it('refuses to be sent on', async () => {
    const asked: string[] = [];
    const elsewhere = await listen((request, response) => {
      asked.push(request.url ?? '');
      response.end('{}');
    });
    const endpoint = await listen((_, response) => {
      response.writeHead(307, { location: elsewhere }).end();
    });
    expect(await refusal('--sub', 'ada', '--endpoint', endpoint)).toContain('nothing answers at');
    expect(asked).toEqual([]);
  });

  it('refuses what is no engine', async () => {
    const endpoint = await listen((_, response) => void response.writeHead(404).end('<html>'));
    expect(await refusal('--sub', 'ada', '--endpoint', endpoint)).toBe(
      `what answers at ${endpoint} with 404 is not fanbus local: give the --endpoint that it prints.`,
    );
  });

  it('refuses to go without a user, or without an engine', async () => {
    expect(await refusal('--endpoint', api.aws.endpoint)).toContain('no --sub: say whom the token is for');
    // Engines that run are known by their files in the temporary folder.
    const TMPDIR = mkdtempSync(join(tmpdir(), 'no-engine-'));
    onTestFinished(() => rmSync(TMPDIR, { recursive: true }));
    const { stderr } = await run(['--sub', 'ada'], { TMPDIR }).catch((error) => error);
    expect(stderr).toMatch(/^fanbus: no engine to ask: start npx fanbus local in another shell/);
  });

  it('passes on why the engine gives none', async () => {
    const words = ['--sub', 'ada', '--endpoint', api.aws.endpoint];
    expect(await refusal(...words, '--expires-in', '1h')).toBe(
      'no token: expires_in is "1h": give whole seconds from 1 to 31536000.',
    );
    expect(await refusal(...words, '--audience', 'x')).toContain('no authorizer here takes the audience "x"');
  });
});
