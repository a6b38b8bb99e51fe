import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { unzip } from '../../../../tools/local/function/unzip.ts';
import { zipOf } from './zip-of.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'unzip-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('an archive', () => {
  it('gives its files, deflated or not, with their modes and links', async () => {
    const archive = zipOf({
      'index.js': { content: 'index'.repeat(100) },
      'bin/run': { content: 'run', isDeflated: false, mode: 0o100755 },
      latest: { content: 'bin/run', mode: 0o120777 },
    });
    await unzip(archive, folder);
    expect(readFileSync(path.join(folder, 'index.js'), 'utf8')).toBe('index'.repeat(100));
    expect(lstatSync(path.join(folder, 'bin/run')).mode & 0o777).toBe(0o755);
    expect(readFileSync(path.join(folder, 'latest'), 'utf8')).toBe('run');
  });

  it.each<[string, Buffer, string]>([
    ['is none', Buffer.from('text'), 'it has no central directory'],
    ['is cut off', zipOf({ a: { content: 'a' } }).subarray(10), 'its central directory is damaged'],
    ['leaves its folder', zipOf({ '../out': { content: 'a' } }), '../out lies outside'],
  ])('is refused that %s', async (_, archive, why) => {
    await expect(unzip(archive, path.join(folder, 'refused'))).rejects.toThrow(why);
    expect(readdirSync(folder)).not.toContain('out');
  });
});
