import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { openCli } from '../tools/commands/start-cli.ts';

const run = promisify(execFile);
const page = readFileSync(join(import.meta.dirname, '../../docs/aws-cli.md'), 'utf8');

it('runs what docs/aws-cli.md says, against fanbus local, with the AWS CLI', {
  timeout: 180_000,
}, async (test) => {
  const hasCli = await run('aws', ['--version']).then(
    () => true,
    () => false,
  );
  test.skip(!hasCli, 'the AWS CLI is no npm package, and aws is not on the PATH');

  const [start, ...commands] = [...page.matchAll(/```sh\n(.*?)```/gs)].map(([, block]) => block ?? '');
  expect(start).toBe('npx fanbus local\n');
  expect(commands).toHaveLength(6);
  // Every call says where it goes: without the option the CLI might go to AWS.
  expect(commands.join('').match(/\baws [^\n]*/g)).toEqual([
    'aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }',
  ]);

  const fanbus = openCli(['local']);
  await fanbus.until(/Ctrl-C ends it/);
  const printed = [...fanbus.output().matchAll(/^ +(?:unset|export) .*$/gm)].map(([line]) => line);
  const folder = mkdtempSync(join(tmpdir(), 'aws-cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const script = ['set -euo pipefail', ...printed, ...commands].join('\n');
  const { stdout } = await run('bash', ['-c', script], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, AWS_CONFIG_FILE: '/dev/null' },
  });

  expect(stdout).toContain('"Account": "000000000000"');
  expect(stdout).toContain('"FailedEntryCount": 0');
  expect(stdout).toContain('COMPLETED');
  const received = stdout.split('\n').filter((line) => line.startsWith('{"version":"0"'));
  expect(received.map((body) => JSON.parse(body))).toEqual([
    expect.objectContaining({ 'detail-type': 'Wind', detail: { kmh: 120 } }),
    expect.objectContaining({ 'detail-type': 'Wind', detail: { kmh: 120 }, 'replay-name': 'again' }),
  ]);
  expect(stdout).toMatch(/\n2\n$/);
});
