import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { listPictures } from '../../../../tools/demo/images/list-pictures.ts';

const folder = mkdtempSync(join(tmpdir(), 'pictures-'));
afterAll(() => rmSync(folder, { recursive: true }));
const inFolder = (name: string) => join(folder, name);
for (const name of ['b.png', 'a.jpg', 'Ada Lovelace (1).png', 'sheet.html'])
  writeFileSync(inFolder(name), name);
mkdirSync(inFolder('empty'));
mkdirSync(inFolder('inner'));
writeFileSync(inFolder('inner/a.png'), 'inner');

it('lists a file as itself, and a folder as its files in order', async () => {
  const pictures = await listPictures([inFolder('b.png'), folder]);
  expect(pictures.map(({ name }) => name)).toEqual([
    'b.png',
    'Ada Lovelace (1).png',
    'a.jpg',
    'b.png',
    'sheet.html',
  ]);
  expect(pictures[0]).toEqual({ file: inFolder('b.png'), name: 'b.png', user: 'b', bytes: 5 });
});

it('leaves out the file that is to be written', async () => {
  const pictures = await listPictures([folder], { except: inFolder('sheet.html') });
  expect(pictures.map(({ name }) => name)).not.toContain('sheet.html');
});

it('names a user after each file, and no two alike', async () => {
  const names = ['a.jpg', 'inner/a.png', 'Ada Lovelace (1).png', 'a.jpg'];
  const pictures = await listPictures(names.map(inFolder));
  expect(pictures.map(({ user }) => user)).toEqual(['a', 'a-2', 'ada-lovelace-1', 'a-3']);
});

it('names a user after a file whose name has no letter of ours', async () => {
  writeFileSync(inFolder('会議室.png'), '');
  writeFileSync(inFolder('Jörg.png'), '');
  const pictures = await listPictures([inFolder('会議室.png'), inFolder('Jörg.png')]);
  expect(pictures.map(({ user }) => user)).toEqual(['somebody', 'jo-rg']);
});

it('refuses what is not there', async () => {
  await expect(listPictures([inFolder('c.png')])).rejects.toThrow(
    `cannot read --image ${inFolder('c.png')}: ENOENT`,
  );
});

it('refuses a folder without a file in it', async () => {
  await expect(listPictures([inFolder('empty')])).rejects.toThrow('is a folder without a file in it');
});

it('refuses what is neither a file nor a folder', async () => {
  symlinkSync('/dev/null', inFolder('null'));
  await expect(listPictures([inFolder('null')])).rejects.toThrow('is neither a file nor a folder');
  rmSync(inFolder('null'));
});
