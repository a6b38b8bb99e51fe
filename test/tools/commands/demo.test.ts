import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
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

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}
