import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { hashSources } from '../../infra/hash-sources.ts';

const folder = mkdtempSync(join(tmpdir(), 'hash-sources-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

const files = {
  'schemas/shop/Sold.v1.json': '{}',
  'services/shop/count/subscription.ts':
    "export const subscription = { name: 'count', function: { files: { model: 'node_modules/counter/model', list: 'data/list.txt' } } };",
  'services/shop/count/handler.ts': 'export const handler = () => 1;',
  'services/shop/shop.ts': 'export const shop = 1;',
  'infra/app.ts': 'export const app = 1;',
  'generated/events/sold-v1.ts': 'export const sold = 1;',
  'cdk.json': '{}',
  'package-lock.json': '{}',
  'node_modules/.package-lock.json': '{}',
  'node_modules/counter/model/weights.bin': 'weights',
  'data/list.txt': 'list',
  'README.md': 'read me',
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
const before = hashSources(clone());

it('is the same wherever the clone lies', () => {
  expect(hashSources(clone())).toBe(before);
});

it.each(Object.keys(files).filter((name) => name !== 'README.md'))('changes with %s', (name) => {
  expect(hashSources(clone({ [name]: `${files[name as keyof typeof files]} ` }))).not.toBe(before);
});

it('changes with a file that is added or renamed', () => {
  expect(hashSources(clone({ 'services/shop/price.ts': '' }))).not.toBe(before);
  const root = clone();
  renameSync(join(root, 'services/shop/shop.ts'), join(root, 'services/shop/shops.ts'));
  expect(hashSources(root)).not.toBe(before);
});

it('does not change with what is not part of the system', () => {
  expect(hashSources(clone({ 'README.md': 'read me again', 'test/shop.test.ts': '' }))).toBe(before);
});
