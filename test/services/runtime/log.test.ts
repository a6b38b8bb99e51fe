import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';

const module = new URL('../../../services/runtime/log.ts', import.meta.url);

/** What a process of its own writes: the log writes past the console that a test could watch. */
function logged(statement: string): readonly Record<string, unknown>[] {
  const script = `import { createLog } from ${JSON.stringify(module.href)}; const log = createLog('create-tasks'); ${statement}`;
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    env: { NODE_NO_WARNINGS: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

it('writes one JSON line with the service, the message and the fields', () => {
  expect(logged(`log.info('batch handled', { done: 3 })`)).toEqual([
    expect.objectContaining({ level: 'INFO', service: 'create-tasks', message: 'batch handled', done: 3 }),
  ]);
});

it('writes an error with name, message, stack and cause, never as an empty object, and nothing else of it', () => {
  const [line] = logged(
    `const root = Object.assign(new Error('the root'), { Item: { secret: 1 } });
     log.info('message failed', { error: Object.assign(new RangeError('too far', { cause: root }), { body: 'secret' }) })`,
  );
  expect(line?.error).toEqual({
    name: 'RangeError',
    message: 'too far',
    stack: expect.stringContaining('RangeError: too far'),
    cause: { name: 'Error', message: 'the root', stack: expect.any(String) },
  });
});
