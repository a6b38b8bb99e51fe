import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { notAnImage, photosFolder } from '../../pictures/index.ts';
import { openCli } from './start-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'demo-files-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('fanbus demo', { timeout: 90_000 }, () => {
  it('prints one line of JSON on stdout and the rest on stderr', async () => {
    const csv = file('three.csv', 'title,dueAt\nWater the plants,\nCall Ada,2027-01-31\nPay rent,someday\n');
    const { code, stderr, stdout } = await openCli(['demo', '--csv', csv, '--json']).ended;
    expect(stdout).toMatch(/^\{[^\n]*\}\n$/);
    expect(JSON.parse(stdout)).toEqual({
      total: 3,
      created: 2,
      rejected: 1,
      status: 'COMPLETED',
      seconds: expect.any(Number),
    });
    expect(Object.keys(JSON.parse(stdout))).toEqual(['total', 'created', 'rejected', 'status', 'seconds']);
    expect(stderr).toContain('three.csv is COMPLETED');
    expect(stderr).toContain('line 4       dueAt is "someday"');
    expect(code).toBe(0);
  });

  it('ends well with rows of its own making', async () => {
    const cli = openCli(['demo', '--rows', '500']);
    const { code, stderr, stdout } = await cli.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/Rows +500 = \d+ created \+ \d+ rejected\n/);
    expect(cli.leftovers()).toEqual([]);
    expect(cli.processes()).toEqual([]);
  });

  it('refuses a file that is no CSV with its reason', async () => {
    const picture = file('picture.csv', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'));
    const { code, stderr, stdout } = await openCli(['demo', '--csv', picture, '--json']).ended;
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ total: 0, created: 0, rejected: 0, status: 'FAILED' });
    const [problem] = /fanbus: the file FAILED: .*\n$/.exec(stderr) ?? [];
    expect(problem).toContain('binary (its byte 8 is NUL): it must be CSV in UTF-8');
  });
});

describe('fanbus demo --image', { timeout: 120_000 }, () => {
  it('prints a line of JSON for each picture, with a verdict also for what is none', async () => {
    const sheet = join(folder, 'sheet.html');
    const letter = file('<b>letter.png', notAnImage);
    const cli = openCli([
      'demo',
      '--image',
      photo('portrait.png'),
      '--image',
      letter,
      '--sheet',
      sheet,
      '--json',
    ]);
    const { code, stderr, stdout } = await cli.ended;
    const lines = stdout.trim().split('\n');
    expect(lines).toHaveLength(2);
    const [portrait, refused] = lines.map((line) => JSON.parse(line));
    expect(portrait).toMatchObject({
      file: photo('portrait.png'),
      user: 'portrait',
      verdict: 'approved',
      reasons: [],
      missing: [],
      services: {
        'make-thumbnails': { state: 'answered', tookMs: expect.any(Number), width: 512, height: 512 },
        'scan-image': { state: 'answered', clean: true },
        'moderate-image': { state: 'answered', decision: 'approve' },
        'detect-faces': { state: 'answered', count: 1 },
      },
    });
    expect(refused).toMatchObject({
      verdict: 'rejected',
      services: { 'make-thumbnails': { state: 'refused', code: 'not-an-image' } },
    });
    expect(stderr).toContain('portrait.png');
    expect(stderr).toContain(`Contact sheet  ${sheet}`);
    const page = readFileSync(sheet, 'utf8');
    expect(page).toContain('&#60;b&#62;letter.png');
    expect(page).not.toContain('<b>letter');
    expect(page).toContain('alt="portrait.png, as it was uploaded, upright"');
    expect(code).toBe(0);
    expect(cli.leftovers()).toEqual([]);
    expect(cli.processes()).toEqual([]);
  });

  it('is ended in the middle with 130 and leaves nothing, no sheet either', async () => {
    const sheet = join(folder, 'never.html');
    const cli = openCli(['demo', '--image', photosFolder, '--sheet', sheet, '--json']);
    await cli.until(/make-thumbnails +[✔✖]/);
    cli.kill('SIGINT');
    const { code, stderr, stdout } = await cli.ended;
    expect(stderr).toMatch(/\nfanbus: stopped by SIGINT; nothing was left running\.\n$/);
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    // A function whose engine is gone ends itself, as soon as it notices.
    await expect.poll(cli.processes).toEqual([]);
    expect(cli.leftovers()).toEqual([]);
    expect(existsSync(sheet)).toBe(false);
  });
});

describe('fanbus demo refuses, before anything is started,', () => {
  const empty = join(folder, 'empty');
  mkdirSync(empty);
  it.each([
    ['a picture that is not there', ['--image', 'missing.png'], 'cannot read --image missing.png: ENOENT'],
    ['a folder without a file', ['--image', empty], 'is a folder without a file in it'],
    [
      'pictures beside a CSV',
      ['--image', 'README.md', '--csv', 'package.json'],
      '--image is for pictures and --csv for tasks',
    ],
    ['pictures beside rows', ['--image', 'README.md', '--rows', '5'], '--image is for pictures and --rows'],
    [
      'a sheet of tasks',
      ['--rows', '5', '--sheet', 'x.html'],
      '--sheet is for the contact sheet of pictures',
    ],
    ['a sheet over a picture', ['--image', 'README.md', '--sheet', './README.md'], 'is one of the pictures'],
    ['a sheet that is a folder', ['--sheet', empty], 'is a folder: name a file in it'],
    [
      'a sheet in a folder that is not there',
      ['--sheet', 'no/x.html'],
      'cannot write --sheet no/x.html: ENOENT',
    ],
  ])('%s', async (_what, words, message) => {
    const { code, stdout, stderr } = await openCli(['demo', ...words]).ended;
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^fanbus: [^\n]+\n$/);
    expect(stdout).toBe('');
    expect(code).toBe(1);
  });
});

function photo(name: string): string {
  return join(photosFolder, name);
}

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}
