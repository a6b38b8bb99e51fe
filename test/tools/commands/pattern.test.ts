import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const cli = fileURLToPath(new URL('../../../tools/fanbus.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'fanbus-pattern-'));
afterAll(() => rmSync(folder, { recursive: true }));

const pattern = file('pattern.json', '\uFEFF{"source":["app"],"detail":{"n":[{"numeric":[">",5]}]}}\n');

describe('fanbus pattern test', () => {
  it('exits with 0 for a match', () => {
    const event = file('match.json', '{"source":"app","detail":{"n":6}}');
    expect(run('--pattern', pattern, '--event', event)).toEqual({ code: 0, out: 'match\n', err: '' });
  });

  it('exits with 1 for no match, and shows the condition and what the event has', () => {
    const event = file('nomatch.json', '{"source":"app","detail":{"n":5}}');
    const { code, out } = run('--pattern', pattern, '--event', event);
    expect(code).toBe(1);
    expect(out).toBe(
      'no match\n\n  field      detail.n\n  must meet  [{"numeric":[">",5]}]\n  event has  5\n',
    );
  });

  it('prints the verdict as JSON', () => {
    const event = file('nomatch.json', '{"source":"other"}');
    const { code, out } = run('--pattern', pattern, '--event', event, '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ result: 'nomatch', mismatch: { value: 'absent' } });
  });

  it('exits with 2 for a pattern that is not valid, with the reason', () => {
    const bad = file('bad.json', '{"source":"app"}');
    const event = file('match.json', '{"source":"app"}');
    const { code, out, err } = run('--pattern', bad, '--event', event);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('Reason: "source" must be an object or an array');
  });

  it.each([
    ['an option that it has not', ['--patern', 'x'], '--patern'],
    ['a file that is not there', ['--pattern', join(folder, 'none')], 'cannot be read: ENOENT'],
    ['one file alone', ['--pattern', pattern], 'no --event: give --pattern FILE and --event FILE'],
    ['files beside --stdin', ['--stdin', '--event', pattern], 'leave --pattern and --event out'],
  ])('refuses %s with 2, which no match never is', (_case, options, words) => {
    const { code, err } = run(...options);
    expect(code).toBe(2);
    expect(err).toContain(words);
    expect(err).not.toContain('    at ');
  });

  it('answers each line of its input', () => {
    const lines = ['{"patternText":"{\\"a\\":[1]}","eventText":"{\\"a\\":2}"}', 'no JSON'];
    const { status, stdout } = spawnSync(process.execPath, [cli, 'pattern', 'test', '--stdin'], {
      input: lines.join('\n'),
      encoding: 'utf8',
    });
    expect(status).toBe(0);
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { result: 'nomatch', reason: 'a must meet [1]; the event has 2' },
      { result: 'error', reason: expect.stringMatching(/^The line is not/) },
    ]);
  });

  it('tells its exit codes in its help', () => {
    expect(run('--help').out).toMatch(/0 for a match, 1 for no match, 2 for/);
  });
});

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function run(...options: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, 'pattern', 'test', ...options], {
    encoding: 'utf8',
  });
  return { code: status, out: stdout, err: stderr };
}
