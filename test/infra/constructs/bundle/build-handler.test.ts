import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { buildHandler } from '../../../../infra/constructs/bundle/build-handler.ts';
import { SettingsError } from '../../../../infra/settings-error.ts';

const folder = mkdtempSync(join(tmpdir(), 'build-handler-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

const files = {
  'services/shop/shop.ts': 'export const shop = { name: "corner shop", open: true };',
  'services/shop/count/handler.ts':
    "import { shop } from '../shop.ts'; export const handler = () => [shop.name, import.meta.dirname];",
  'services/shop/paint/subscription.ts':
    "export const subscription = { name: 'paint', function: { nativePackages: ['brush'] } };",
  'services/shop/paint/handler.ts':
    "import brush from 'brush'; import { shop } from '../shop.ts'; export const handler = () => brush(shop);",
};

let clones = 0;
function clone(changes: Readonly<Record<string, string>> = {}): string {
  clones += 1;
  const root = join(folder, String(clones));
  for (const [name, text] of Object.entries({ ...files, ...changes })) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

/** The bundle of a consumer, and whether it was built together with the others. */
function build(root: string, consumer: string, nativePackages: readonly string[] = []) {
  const file = buildHandler(join(root, `services/shop/${consumer}/handler.ts`), { root, nativePackages });
  return 'source' in file
    ? { code: readFileSync(file.source, 'utf8'), isTogether: true }
    : { code: Buffer.from(file.contents).toString(), isTogether: false };
}

it('builds consumers together, each as if it were built alone', () => {
  const root = clone();
  // What cannot be built is no reason to be built otherwise.
  const faulty = clone({ 'services/shop/sell/handler.ts': 'import "./nowhere.ts";' });
  for (const [consumer, packages] of [
    ['count', []],
    ['paint', ['brush']],
  ] as const) {
    const { code } = build(root, consumer, packages);
    expect(build(root, consumer, packages)).toEqual({ code, isTogether: true });
    expect(build(faulty, consumer, packages)).toEqual({ code, isTogether: false });
  }
  expect(() => build(faulty, 'sell')).toThrow(/nowhere\.ts/);
});

it('builds again when a source has changed', () => {
  const sign = (name: string) => ({ 'services/shop/shop.ts': `export const shop = { name: "${name}" };` });
  expect(build(clone(sign('bakery')), 'count').code).toContain('bakery');
});

it('leaves a native package an import, and refuses one that the subscription does not name', () => {
  const root = clone();
  expect(build(root, 'paint', ['brush']).code).toContain('require("brush")');
  expect(() => build(root, 'paint')).toThrow(SettingsError);
  expect(() => build(root, 'paint')).toThrow(
    'services/shop/paint/handler.ts imports brush, whose native code fits in no bundle: add it to the nativePackages',
  );
});

it('finds its folder as CommonJS does', () => {
  expect(build(clone(), 'count').code).toContain('__dirname');
});
