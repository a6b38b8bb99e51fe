import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { listFiles } from '../../../../infra/constructs/bundle/list-files.ts';
import { refuseFaultyFiles } from '../../../../infra/constructs/bundle/refuse-faulty-files.ts';
import { SettingsError } from '../../../../infra/settings-error.ts';

const root = mkdtempSync(join(tmpdir(), 'faulty-files-test-'));
afterAll(() => rmSync(root, { recursive: true }));
const name = (...names: string[]) => names.map((each) => ({ name: each, contents: new Uint8Array(1) }));

it('refuses a path that does not exist', () => {
  const list = () => listFiles({ models: 'node_modules/nobody/model' }, root);
  expect(list).toThrow(SettingsError);
  expect(list).toThrow('files name models: "node_modules/nobody/model", which does not exist. ');
});

it.each([
  ['the bundle itself', ['index.js', 'index.js'], 'two files at "index.js"'],
  ['a file where a folder is', ['index.js', 'models/a.bin', 'models'], 'two files at "models"'],
  ['what lies above', ['../secret'], 'a file named "../secret"'],
  ['what lies elsewhere', ['/etc/passwd'], 'a file named "/etc/passwd"'],
  ['an unclear path', ['a/../index.js'], 'a file named "a/../index.js"'],
])('refuses %s', (_, names, message) => {
  expect(() => refuseFaultyFiles(name(...names), 'handler.ts')).toThrow(SettingsError);
  expect(() => refuseFaultyFiles(name(...names), 'handler.ts')).toThrow(`handler.ts asks for ${message}`);
});

it('takes names that only begin alike', () => {
  expect(() =>
    refuseFaultyFiles(name('index.js', 'models', 'models-2/a', 'models.bin'), 'handler.ts'),
  ).not.toThrow();
});

it('refuses more than Lambda takes, to the byte, and names what is large', () => {
  const source = join(root, 'large.bin');
  writeFileSync(source, '');
  const files = [...name('index.js'), { name: 'large.bin', source }];
  truncateSync(source, 250 * 2 ** 20 - 1);
  expect(() => refuseFaultyFiles(files, 'handler.ts')).not.toThrow();
  truncateSync(source, 250 * 2 ** 20);
  expect(() => refuseFaultyFiles(files, 'handler.ts')).toThrow(
    /^the function of handler\.ts would be 250\.0 MB unzipped, and Lambda takes 250\.0 MB\. The largest files are large\.bin \(250\.0 MB\)/,
  );
});
