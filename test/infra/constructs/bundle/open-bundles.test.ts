import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buildSync } from 'esbuild';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { buildSettings } from '../../../../infra/constructs/bundle/build-settings.ts';
import { openBundles } from '../../../../infra/constructs/bundle/open-bundles.ts';

const folder = mkdtempSync(join(tmpdir(), 'open-bundles-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

const SHOP = 'services/shop/sell/handler.ts';
const files = {
  [SHOP]:
    "import { price } from '../price.ts'; import { ring } from 'bell'; export const handler = () => ring(price);",
  'services/shop/count/handler.ts': "import { all } from '../list'; export const handler = () => all.length;",
  'services/shop/price.ts': 'export const price = 1;',
  'services/shop/list/index.ts': "export const all = ['tea'];",
  'node_modules/.package-lock.json': '{}',
  'node_modules/bell/package.json': '{"name":"bell","module":"bell.js"}',
  'node_modules/bell/bell.js': 'export const ring = (what) => ["ring", what];',
  'package-lock.json': '{}',
  'tsconfig.json': '{}',
};
const handlers = [SHOP, 'services/shop/count/handler.ts'];

let clones = 0;
let root = '';
beforeEach(() => {
  clones += 1;
  root = join(folder, String(clones));
  for (const [path, text] of Object.entries(files)) write(path, text);
});

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

/** The handlers that are built, as a synthesis builds what it does not find. */
function bundle(of: { root: string; external?: readonly string[] } = { root }): readonly string[] {
  const options = { external: [], ...of };
  const bundles = openBundles(options);
  const missing = handlers.filter((entry) => bundles.find(entry) === undefined);
  if (missing.length > 0) bundles.keep(buildSync({ ...buildSettings(options), entryPoints: [...missing] }));
  return missing.map((entry) => entry.split('/')[2] ?? '');
}

/** Each bundle that is found, and what esbuild makes of that handler by itself. */
function compared(): readonly (readonly [found: string, alone: string])[] {
  const options = { root, external: [] };
  const bundles = openBundles(options);
  return handlers.map((entry) => {
    const { outputFiles } = buildSync({ ...buildSettings(options), entryPoints: [entry] });
    return [readFileSync(bundles.find(entry)?.file ?? '', 'utf8'), outputFiles[0]?.text ?? ''];
  });
}

it('finds what was kept, the same to the byte as without it', () => {
  expect(bundle()).toEqual(['sell', 'count']);
  expect(bundle()).toEqual([]);
  write('services/shop/price.ts', 'export const price = 2;');
  bundle();
  for (const [found, alone] of compared()) expect(found).toBe(alone);
});

it.each<[what: string, path: string, text: string, built: readonly string[]]>([
  ['a file of one alone', 'services/shop/price.ts', 'export const price = 2;', ['sell']],
  ['a file that comes before a folder', 'services/shop/list.ts', "export const all = ['salt'];", ['count']],
  ['a file that comes before another', 'services/shop/list/index.tsx', "export const all = [''];", ['count']],
  ['a package below', 'services/node_modules/bell/index.js', 'exports.ring = () => 0;', ['sell', 'count']],
  ['what packages are installed', 'node_modules/.package-lock.json', '{"a":1}', ['sell', 'count']],
  ['what packages are wanted', 'package-lock.json', '{"a":1}', ['sell', 'count']],
  ['how TypeScript is read', 'tsconfig.json', '{"compilerOptions":{}}', ['sell', 'count']],
  ['the same for a folder', 'services/shop/tsconfig.json', '{}', ['sell', 'count']],
  ['an edit in a package', 'node_modules/bell/bell.js', 'export const ring = () => 0;', ['sell']],
  ['what is in none of them', 'services/shop/unused.ts', '', []],
])('builds again what is concerned by %s', (_what, path, text, built) => {
  bundle();
  write(path, text);
  expect(bundle()).toEqual(built);
  for (const [found, alone] of compared()) expect(found).toBe(alone);
});

it('builds all again for other settings, and goes back to what was', () => {
  bundle();
  expect(bundle({ root, external: ['bell'] })).toEqual(['sell', 'count']);
  expect(bundle()).toEqual([]);
  write('services/shop/price.ts', 'export const price = 2;');
  expect(bundle()).toEqual(['sell']);
  write('services/shop/price.ts', 'export const price = 1;');
  expect(bundle()).toEqual([]);
});

it('sees a link that leads elsewhere', () => {
  rmSync(join(root, 'services/shop/price.ts'));
  write('services/prices/low.ts', 'export const price = 1;');
  write('services/prices/high.ts', 'export const price = 9;');
  symlinkSync('../prices/low.ts', join(root, 'services/shop/price.ts'));
  bundle();
  rmSync(join(root, 'services/shop/price.ts'));
  symlinkSync('../prices/high.ts', join(root, 'services/shop/price.ts'));
  expect(bundle()).toContain('sell');
  for (const [found, alone] of compared()) expect(found).toBe(alone);
});

it('shares what it keeps with a copy whose packages are a link', () => {
  const copy = join(folder, 'below', `copy-${clones}`);
  const origin = root;
  root = copy;
  for (const [path, text] of Object.entries(files)) if (!path.startsWith('node_modules/')) write(path, text);
  symlinkSync(join(origin, 'node_modules'), join(copy, 'node_modules'));
  expect(bundle()).toEqual(['sell', 'count']);
  expect(bundle({ root: origin })).toEqual([]);
});

it('lets nobody find what was made while a source changed', () => {
  const options = { root, external: [] };
  const bundles = openBundles(options);
  const built = buildSync({ ...buildSettings(options), entryPoints: handlers });
  write('services/shop/price.ts', 'export const price = 2;');
  bundles.keep(built);
  expect(bundle()).toEqual(['sell']);
});
