import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { fetchPackage } from '../../../../infra/constructs/bundle/fetch-package.ts';

const folder = mkdtempSync(join(tmpdir(), 'fetch-package-test-'));
const root = join(folder, 'clone');
const platform = { os: 'linux', cpu: 'riscv64', libc: 'glibc' };
const place = 'node_modules/@paint/linux-riscv64';
let registry: Worker;
let integrity: string;

beforeAll(async () => {
  const tarball = pack({
    name: '@paint/linux-riscv64',
    version: '1.2.3',
    os: ['linux'],
    cpu: ['riscv64'],
    scripts: { install: 'exit 1' },
  });
  integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
  registry = new Worker(serveRegistry, { eval: true, workerData: { tarball, integrity } });
  const port = await new Promise((resolve) => registry.once('message', resolve));
  vi.stubEnv('npm_config_registry', `http://127.0.0.1:${port}/`);
  vi.stubEnv('npm_config_cache', join(folder, 'npm-cache'));
  vi.stubEnv('npm_config_fetch_retries', '0');
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await registry.terminate();
  rmSync(folder, { recursive: true });
});
beforeEach(() => rmSync(root, { recursive: true, force: true }));

const fetch = (locked: { version: string; integrity: string }) =>
  fetchPackage(place, { lock: { [place]: locked }, platform, root });
const kept = () => globSync('packages*/*', { cwd: join(root, 'node_modules/.cache/fanbus') });

it('fetches a package for another platform, runs none of its scripts, and keeps it', async () => {
  const fetched = fetch({ version: '1.2.3', integrity });
  expect(readFileSync(join(fetched, 'index.node'), 'utf8')).toBe('native');
  expect(kept()).toEqual(['packages/@paint+linux-riscv64@1.2.3']);
  writeFileSync(join(fetched, 'index.node'), 'kept');
  expect(readFileSync(join(fetch({ version: '1.2.3', integrity }), 'index.node'), 'utf8')).toBe('kept');
});

it('refuses one that is not what package-lock.json says, and keeps nothing of it', () => {
  const other = `sha512-${createHash('sha512').update('other').digest('base64')}`;
  expect(() => fetch({ version: '1.2.3', integrity: other })).toThrow(/EINTEGRITY/);
  expect(kept()).toEqual([]);
});

it('refuses when the registry has none, with what to do', () => {
  expect(() => fetch({ version: '9.9.9', integrity })).toThrow(
    'npm could not fetch @paint/linux-riscv64@9.9.9, which a function on linux riscv64 needs',
  );
  expect(kept()).toEqual([]);
});

function pack(manifest: object): Buffer {
  const source = join(folder, 'source');
  mkdirSync(source);
  writeFileSync(join(source, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(source, 'index.node'), 'native');
  const [packed] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--pack-destination', folder], {
      cwd: source,
      encoding: 'utf8',
      stdio: 'pipe',
    }),
  );
  return readFileSync(join(folder, packed.filename));
}

/** In a thread of its own: what is tested waits for npm and lets nobody else run. */
const serveRegistry = `
  const { createServer } = require('node:http');
  const { parentPort, workerData: { tarball, integrity } } = require('node:worker_threads');
  const server = createServer((request, response) => {
    if (request.url.endsWith('.tgz')) return response.end(tarball);
    const dist = { tarball: 'http://' + request.headers.host + '/paint.tgz', integrity };
    const version = { name: '@paint/linux-riscv64', version: '1.2.3', dist };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ name: version.name, 'dist-tags': { latest: '1.2.3' }, versions: { '1.2.3': version } }));
  });
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;
