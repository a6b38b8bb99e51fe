import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { createCodeFolders } from '../../../../tools/local/function/code-folders.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'unpack-code-test-'));
afterAll(() => rmSync(folder, { recursive: true }));
const asset = path.join(folder, 'asset');
const into = path.join(folder, 'functions');

beforeEach(() => {
  for (const each of [asset, into]) rmSync(each, { recursive: true, force: true });
  mkdirSync(path.join(asset, 'models'), { recursive: true });
  writeFileSync(path.join(asset, 'index.js'), 'index');
  writeFileSync(path.join(asset, 'models/faces.bin'), 'faces');
  symlinkSync('models/faces.bin', path.join(asset, 'latest.bin'));
});

const source = { read: async () => Buffer.alloc(0) };
const openFolders = () => createCodeFolders({ into, source });
const stored = { bucket: 'assets', key: 'key', asset: () => asset };
const read = (...names: string[]) => readFileSync(path.join(...names), 'utf8');

it('gives the code a folder of its own, once', async () => {
  const taskRoot = await openFolders().unpack(stored);
  const once = taskRoot();
  expect(taskRoot()).toBe(once);
  expect(path.dirname(once)).toBe(into);
  expect(readdirSync(once).sort()).toEqual(['index.js', 'latest.bin', 'models']);
  expect(read(once, 'latest.bin')).toBe('faces');
});

it('copies nothing before the function is first called, and then what was deployed', async () => {
  const taskRoot = await openFolders().unpack(stored);
  rmSync(asset, { recursive: true });
  expect(
    readdirSync(into)
      .filter((name) => name.startsWith('task-'))
      .flatMap((name) => readdirSync(path.join(into, name))),
  ).toEqual([]);
  expect(read(taskRoot(), 'models/faces.bin')).toBe('faces');
});

it('keeps from the asset what a function writes into its folder', async () => {
  const taskRoot = (await openFolders().unpack(stored))();
  for (const name of ['index.js', 'latest.bin']) writeFileSync(path.join(taskRoot, name), 'changed');
  expect([read(asset, 'index.js'), read(asset, 'models/faces.bin')]).toEqual(['index', 'faces']);
});
