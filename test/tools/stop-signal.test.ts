import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';

const program = `
  import { createStopSignal } from ${JSON.stringify(new URL('../../tools/stop-signal.ts', import.meta.url).href)};
  createStopSignal().addEventListener('abort', () => console.log('stopping'));
  setInterval(() => {}, 1000);
  console.log('up');
`;

it('ends the process at the second signal, with its code, when stopping hangs', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const output = child.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false });
  expect((await output.next()).value).toBe('up\n');
  child.kill('SIGINT');
  expect((await output.next()).value).toBe('stopping\n');
  child.kill('SIGTERM');
  expect(await exited).toEqual([143, null]);
});
