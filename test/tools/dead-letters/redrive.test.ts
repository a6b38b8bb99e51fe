import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Queue } from '../../../tools/local/queue/queues.ts';
import { user } from '../../../tools/local/wire/callers.ts';
import { openCli } from '../commands/start-cli.ts';
import { openStage } from './open-stage.ts';

const COUNT = 300;
let stage: Awaited<ReturnType<typeof openStage>>;
beforeAll(async () => {
  stage = await openStage();
});
afterEach(() => {
  for (const queue of [stage.consumer, stage.deadLetters]) take(queue);
});
afterAll(() => stage.close());

const dlq = (...args: readonly string[]) => openCli(['dlq', ...args, '--endpoint', stage.aws.endpoint]);

/** Takes what is visible in a queue; answers the ids of its items. */
function take(queue: Queue): readonly string[] {
  const taken: string[] = [];
  while (true) {
    const messages = queue.receive(10, user);
    if (messages.length === 0) return taken;
    for (const { body, receiptHandle } of messages) {
      queue.delete(receiptHandle);
      taken.push(JSON.parse(body).detail.data.id);
    }
  }
}

const all = Array.from({ length: COUNT }, (_, n) => String(n)).sort();

it('puts back what it has sent and leaves the rest where it was, visible, when Ctrl-C comes half-way', async () => {
  await stage.park(COUNT);
  const cli = dlq('redrive', '--consumer', 'store-item', '--rate', '40', '--yes');
  await cli.until(/[1-9]\d* of 300 back\n/);
  cli.kill('SIGINT');
  const { code, stderr, stdout } = await cli.ended;
  expect(code).toBe(130);
  expect(stderr).toContain('fanbus: stopped by SIGINT; nothing was left running.\n');
  const back = Number(/(\d+) of 300 messages back\.\n$/.exec(stdout)?.[1]);
  const [there, left] = [take(stage.consumer), take(stage.deadLetters)];
  expect(there).toHaveLength(back);
  expect([...there, ...left].sort()).toEqual(all);
  expect(back).toBeLessThan(COUNT);
});

it('loses nothing when it is killed: what it had in hand is visible again in two minutes', async () => {
  await stage.park(COUNT);
  const cli = dlq('redrive', '--all', '--rate', '40', '--yes');
  await cli.until(/[1-9]\d* of 300 back\n/);
  cli.kill('SIGKILL');
  await cli.ended;
  stage.aws.clock.advance(120_000);
  const [there, left] = [take(stage.consumer), take(stage.deadLetters)];
  expect(there.length).toBeLessThan(COUNT);
  expect([...new Set([...there, ...left])].sort()).toEqual(all);
});

it('keeps a copy of everything that it discards, also when Ctrl-C comes half-way', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'discard-'));
  const save = join(folder, 'copy.ndjson');
  await stage.park(COUNT);
  const cli = dlq('discard', '--consumer', 'store-item', '--save', save, '--yes');
  await cli.until(/[1-9]\d* of 300 discarded\n/);
  cli.kill('SIGINT');
  await cli.ended;
  const left = take(stage.deadLetters);
  const kept = readFileSync(save, 'utf8').trimEnd().split('\n');
  const ids = kept.map((line) => JSON.parse(JSON.parse(line).body).detail.data.id);
  expect([...new Set([...ids, ...left])].sort()).toEqual(all);
  rmSync(folder, { recursive: true });
});
