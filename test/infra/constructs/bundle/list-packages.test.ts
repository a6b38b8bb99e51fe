import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { listPackages } from '../../../../infra/constructs/bundle/list-packages.ts';
import { SettingsError } from '../../../../infra/settings-error.ts';

const root = mkdtempSync(join(tmpdir(), 'list-packages-test-'));
afterAll(() => rmSync(root, { recursive: true }));

const packages = {
  '': { dependencies: { paint: '1.0.0' } },
  'node_modules/paint': {
    dependencies: { brush: '1.0.0', colour: '1.0.0' },
    optionalDependencies: { 'paint-x64': '1', 'paint-arm64': '1', 'paint-musl': '1', 'paint-lost': '1' },
  },
  'node_modules/paint/node_modules/brush': { dependencies: { hair: '1.0.0', paint: '1.0.0' } },
  'node_modules/brush': {},
  'node_modules/hair': {},
  'node_modules/colour': {},
  'node_modules/paint-x64': { os: ['linux'], cpu: ['x64'], libc: ['glibc'], dependencies: { x64: '1' } },
  'node_modules/paint-arm64': { os: ['!win32'], cpu: ['arm64'] },
  'node_modules/paint-musl': { os: ['linux'], libc: ['musl'] },
  'node_modules/x64': {},
  'node_modules/incomplete': { dependencies: { absent: '1' } },
};
write('package-lock.json', JSON.stringify({ packages }));
for (const place of Object.keys(packages).slice(1)) write(`${place}/index.js`, place);
for (const file of [
  'lib/types.d.ts',
  'lib/run.js.map',
  'src/run.cc',
  'README.md',
  'LICENSE.md',
  'lib/run.node',
])
  write(`node_modules/colour/${file}`, file);

const list = (name: string, architecture: 'arm64' | 'x86_64' = 'x86_64') =>
  listPackages([name], { root, architecture }).map((file) => file.name);

it('is a package and what it needs, each where Node finds it, as it does in node_modules', () => {
  const files = list('paint').filter((name) => !name.includes('colour'));
  expect(files.sort()).toEqual([
    'node_modules/hair/index.js',
    'node_modules/paint-x64/index.js',
    'node_modules/paint/index.js',
    'node_modules/paint/node_modules/brush/index.js',
    'node_modules/x64/index.js',
  ]);
});

it('takes of optional packages those for the function’s processor, whatever this machine has', () => {
  expect(list('paint', 'arm64').filter((name) => name.includes('paint-'))).toEqual([
    'node_modules/paint-arm64/index.js',
  ]);
});

it('leaves out what does not run, but no licence', () => {
  expect(list('colour')).toEqual([
    'node_modules/colour/LICENSE.md',
    'node_modules/colour/index.js',
    'node_modules/colour/lib/run.node',
  ]);
});

it.each([
  ['pain', 'package-lock.json has no package pain: '],
  ['incomplete', 'package-lock.json has no package absent, which node_modules/incomplete needs: '],
])('refuses %s', (name, message) => {
  expect(() => list(name)).toThrow(SettingsError);
  expect(() => list(name)).toThrow(message);
});

function write(name: string, text: string): void {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), text);
}
