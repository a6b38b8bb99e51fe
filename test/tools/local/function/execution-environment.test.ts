import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { startEnvironment } from '../../../../tools/local/function/execution-environment.ts';
import { vanished } from './vanished.ts';

const taskRoot = mkdtempSync(path.join(tmpdir(), 'environment-test-'));
afterAll(() => rmSync(taskRoot, { recursive: true, force: true }));
writeFileSync(path.join(taskRoot, 'index.js'), 'exports.handler = async () => process.pid;');

const options = {
  taskRoot,
  memoryMb: 128,
  variables: { LAMBDA_TASK_ROOT: taskRoot, _HANDLER: 'index.handler' },
};
const request = { requestId: 'r', functionArn: 'arn', traceId: 't', payload: '{}', timeoutMs: 3_000 };

it('runs in a process group of its own, which Ctrl-C in a terminal does not reach', async () => {
  const environment = startEnvironment({ ...options, onLine: () => {} });
  const { payload: pid } = await environment.invoke(request);
  const [, , group] = readFileSync(`/proc/${pid}/stat`, 'latin1')
    .replace(/^.*\) /, '')
    .split(' ');
  await environment.end();
  expect(group).toBe(pid);
});

it('ends with its parent, also when that is killed', async () => {
  const script = path.join(taskRoot, 'parent.mts');
  const source = new URL('../../../../tools/local/function/execution-environment.ts', import.meta.url).href;
  writeFileSync(
    script,
    `import { startEnvironment } from ${JSON.stringify(source)};
    const environment = startEnvironment({ ...${JSON.stringify(options)}, onLine() {} });
    const { payload } = await environment.invoke(${JSON.stringify(request)});
    process.send(Number(payload));`,
  );
  const parent = fork(script, { execArgv: ['--disable-warning=ExperimentalWarning'] });
  const [pid] = await once(parent, 'message');
  parent.kill('SIGKILL');
  await vanished(pid);
});

it('keeps the output of each invocation apart, whatever way it was written', async () => {
  const file = path.join(taskRoot, 'noisy.js');
  writeFileSync(
    file,
    `const fs = require('node:fs');
    exports.handler = async ({ text }) => {
      process.stdout.write(text + ' without an end');
      fs.writeSync(2, text + ' directly\\n');
    };`,
  );
  const lines: string[] = [];
  const variables = { ...options.variables, _HANDLER: 'noisy.handler' };
  const environment = startEnvironment({ ...options, variables, onLine: (line) => lines.push(line) });
  for (const text of ['first', 'second', 'third']) {
    const { logBytes } = await environment.invoke({ ...request, payload: JSON.stringify({ text }) });
    const expected = [`${text} directly`, `${text} without an end`];
    expect(lines.splice(0).toSorted()).toEqual(expected);
    expect(logBytes).toBe(expected.join('').length);
  }
  await environment.end();
});
