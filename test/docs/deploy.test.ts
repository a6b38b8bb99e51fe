import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { type System, startSystem } from '../../tools/start-system.ts';
import { synthesiseSystem } from '../../tools/synthesise-system.ts';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/deploy.md'), 'utf8');
const blocks = blocksOf(page);

function blocksOf(text: string): readonly string[] {
  return [...text.matchAll(/```sh\n(.*?)```/gs)].map(([, block]) => block ?? '');
}

let system: System;
beforeAll(async () => {
  system = await startSystem();
}, 120_000);
afterAll(() => system.close());

it('runs what docs/deploy.md says, in one go, on the local AWS and as if on AWS', {
  timeout: 300_000,
}, async () => {
  expect(blocks).toHaveLength(7);
  const { assembly } = await synthesiseSystem();
  const script = blocks
    .join('')
    // It is synthesised already.
    .replace('npx cdk synth --quiet --no-notices\n', '')
    .replaceAll('--app cdk.out', `--app ${assembly}`);
  const { code, output } = await run(`set -euo pipefail\n${script}`);

  expect({ code, output }).toEqual({ code: 0, output });
  expect(output).toMatch(/^On the local AWS at .*, stage dev\.$/m);
  expect(output).toMatch(/^On AWS account 000000000000 in us-east-1 at .*, stage qat\.$/m);
  expect(output).toMatch(/^ {2}new {8}consumer label-item$/m);
  expect(output).toMatch(/^ {2}✔ [\w-]+ .* 21\/21$/m);
  expect(output).toMatch(/^ {4}bucket +fanbus-qat-images-000000000000-us-east-1 +0 objects$/m);
  expect(output).toMatch(/^ {2}✔ bus .* gone$/m);
  // The last block brings back what the one before has destroyed.
  expect(output).toContain('✅  label-item (fanbus-dev-label-item)');
});

it('runs what docs/run-on-aws.md says', { timeout: 120_000 }, async () => {
  const blocks = blocksOf(readFileSync(join(root, 'docs/run-on-aws.md'), 'utf8'));
  expect(blocks).toHaveLength(1);
  const { code, output } = await run(`set -euo pipefail\n${blocks.join('')}`);
  expect({ code, output }).toEqual({ code: 0, output });
  expect(output).toContain('1 existing consumer changes: create-tasks.');
});

it('names only commands and options that there are', () => {
  const named = new Set([...page.matchAll(/npx fanbus ([a-z]+)/g)].map(([, command]) => command));
  expect([...named].sort()).toEqual(['deploy', 'destroy', 'diff', 'dlq', 'local']);
});

/** Both streams, in the order in which they come. */
async function run(script: string): Promise<{ readonly code: number | null; readonly output: string }> {
  const { PATH = '', HOME, TMPDIR, NODE_COMPILE_CACHE } = process.env;
  const child = spawn('bash', ['-c', script], {
    cwd: root,
    env: {
      ...{ HOME, TMPDIR, NODE_COMPILE_CACHE, NO_COLOR: '1', ...system.aws.environment },
      PATH: `${join(root, 'node_modules/.bin')}:${PATH}`,
      AWS_CONFIG_FILE: '/dev/null',
      CDK_DISABLE_CLI_TELEMETRY: 'true',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill());
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, output };
}
