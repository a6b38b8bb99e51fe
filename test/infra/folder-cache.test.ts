import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { createFolderCache } from '../../infra/folder-cache.ts';

const root = mkdtempSync(join(tmpdir(), 'folder-cache-test-'));
afterAll(() => rmSync(root, { recursive: true }));
beforeEach(() => rmSync(join(root, 'node_modules'), { recursive: true, force: true }));

const cache = createFolderCache({ root, name: 'cakes', most: 2 });
const text = (folder = '') => readFileSync(join(folder, 'cake.txt'), 'utf8');

/** Keeps a folder, as if it had been used so many minutes ago. */
function keep(key: string, contents: string, minutesAgo = 0): string {
  const folder = cache.open();
  writeFileSync(join(folder, 'cake.txt'), contents);
  const kept = cache.keep(key, folder);
  const usedAt = Date.now() / 1000 - minutesAgo * 60;
  utimesSync(kept, usedAt, usedAt);
  return kept;
}

it('finds what was kept under its key, and nothing under another', () => {
  const kept = keep('apple', 'apple cake');
  expect(cache.find('apple')).toBe(kept);
  expect(text(kept)).toBe('apple cake');
  expect(cache.find('plum')).toBeUndefined();
});

it('keeps the first of two that were made under one key', () => {
  const [first, second] = [cache.open(), cache.open()];
  writeFileSync(join(first, 'cake.txt'), 'first');
  writeFileSync(join(second, 'cake.txt'), 'second');
  cache.keep('apple', first);
  expect(text(cache.keep('apple', second))).toBe('first');
});

it('finds nothing half made', () => {
  writeFileSync(join(cache.open(), 'cake.txt'), 'half');
  expect(readdirSync(join(root, 'node_modules/.cache/fanbus'))).toEqual(['cakes-unfinished']);
});

it('removes those that were not used for longest, beyond its most', () => {
  keep('apple', 'apple cake', 30);
  keep('plum', 'plum cake', 20);
  cache.find('apple');
  keep('pear', 'pear cake');
  expect(['apple', 'plum', 'pear'].filter((key) => cache.find(key))).toEqual(['apple', 'pear']);
});

it('removes what was left unfinished more than an hour ago', () => {
  const [old, young] = [cache.open(), cache.open()];
  utimesSync(old, Date.now() / 1000 - 3_700, Date.now() / 1000 - 3_700);
  cache.open();
  expect([existsSync(old), existsSync(young)]).toEqual([false, true]);
});
