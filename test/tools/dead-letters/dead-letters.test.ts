import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateQueueCommand, DeleteQueueCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { dlqDiscard } from '../../../tools/commands/dlq-discard.ts';
import { dlqList } from '../../../tools/commands/dlq-list.ts';
import { dlqRedrive } from '../../../tools/commands/dlq-redrive.ts';
import type { Queue } from '../../../tools/local/queue/queues.ts';
import { user } from '../../../tools/local/wire/callers.ts';
import { runHere } from '../commands/run-here.ts';
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

const here = (command: object, ...args: readonly string[]) =>
  runHere(command, [...args, '--endpoint', stage.aws.endpoint]);

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

it('looks no further than the limit, takes nothing out, and says what is left and what others have in hand', async () => {
  await stage.park(25);
  stage.deadLetters.receive(5, user);
  const { stdout, stderr } = await here(dlqList, '--limit', '12');
  expect(stderr).toContain('store-item: about 8 more were not looked at; --limit is 12.\n');
  expect(stdout).toMatch(/^store-item: 12 messages; the oldest since .+; 5 in somebody else’s hands\n/);
  expect(stdout).toMatch(/\n {2}12 +parked +fanbus.items\/ItemReceived.v1 +\S+ +the shelf is full\n/);
  expect(stage.deadLetters.depth()).toMatchObject({ visible: 20, inFlight: 5 });
  stage.aws.clock.advance(60_000);
});

it('does on an account what it does on the local AWS', async () => {
  await stage.park(1);
  vi.stubEnv('AWS_ENDPOINT_URL', stage.aws.endpoint);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  const { stderr, stdout } = await runHere(dlqList, ['--region', 'us-east-1']);
  vi.unstubAllEnvs();
  expect(stderr).toContain(`On AWS account ${stage.aws.accountId} in us-east-1`);
  expect(stdout).toMatch(/\nnpx fanbus dlq show --consumer store-item --region us-east-1\n$/);
});

it('tells messages apart by their reason, and leaves those that nobody means', async () => {
  await stage.park(4);
  await stage.park(2, { REASON: 'the roof leaks', ERROR: 'Rain in aisle 7' });
  const chosen = ['--consumer', 'store-item', '--reason', 'AISLE 7'];
  const { stdout } = await here(dlqRedrive, ...chosen, '--yes', '--json');
  expect(JSON.parse(stdout)).toEqual({ selected: 2, back: 2, refused: [] });
  expect(take(stage.consumer)).toHaveLength(2);
  expect(stage.deadLetters.depth()).toMatchObject({ visible: 4, inFlight: 0 });
});

it('gives nobody what is another’s, unless it is forced', async () => {
  await stage.park(1, { CONSUMER: 'label-item' });
  const refused = await here(dlqRedrive, '--all', '--yes');
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('1 message stayed: ') });
  expect(refused.stdout).toContain('it is not store-item’s: it came from label-item');
  expect(take(stage.consumer)).toEqual([]);
  expect((await here(dlqRedrive, '--all', '--yes', '--force')).code).toBe(0);
  expect(take(stage.consumer)).toEqual(['0']);
});

it('finds what is left of a consumer that is gone, and cannot put it back', async () => {
  const QueueName = 'fanbus-dev-count-items-dlq';
  const { QueueUrl } = await stage.sqs.send(new CreateQueueCommand({ QueueName }));
  await stage.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'no event' }));
  const list = await here(dlqList, '--json');
  expect(JSON.parse(list.stdout)).toMatchObject([
    { of: 'count-items', from: 'nobody', count: 1, groups: [{ door: 'unknown', count: 1 }] },
    { of: 'store-item', from: 'consumer', count: 0, groups: [] },
  ]);
  const { code, stdout } = await here(dlqRedrive, '--consumer', 'count-items', '--force', '--yes');
  expect(code).toBe(1);
  expect(stdout).toContain('no rule of the bus feeds count-items: there is no consumer to put it back to');
  await stage.sqs.send(new DeleteQueueCommand({ QueueUrl }));
});

it.each([
  [dlqRedrive, ['--yes'], 'which messages? Give --consumer NAME, --message ID, --event ID, or --all.'],
  [dlqRedrive, ['--all', '--consumer', 'store-item'], 'give the one or the other'],
  [dlqRedrive, ['--consumer', 'nobody'], '"nobody" has no dead-letter queue there. There are store-item.'],
  [dlqRedrive, ['--message', '7'], '--message 7 is in no dead-letter queue that was looked into'],
  [dlqRedrive, ['--all', '--rate', '0'], '--rate 0 is no rate'],
  [dlqRedrive, ['--all', '--edit', '--body', 'x'], '--edit and --body both change the event'],
  [dlqRedrive, ['--all', '--edit'], 'an edited event is for one message, 2 are chosen'],
  [dlqRedrive, ['--all'], 'Put 2 messages back? Nobody is here to ask: add --yes.'],
  [dlqList, ['--limit', 'all'], '--limit all is no number of messages'],
  [dlqDiscard, ['--all', '--yes'], 'give --save FILE to keep it, or --unsaved'],
  [dlqDiscard, ['--all', '--yes', '--save', import.meta.filename], 'it is there already: name a new one'],
])('refuses a wrong use, and touches nothing: %#', async (command, args, words) => {
  await stage.park(2);
  const { code, stderr } = await here(command, ...args);
  expect(code).toBe(1);
  expect(stderr).toContain(words);
  expect(stage.deadLetters.depth()).toMatchObject({ visible: 2, inFlight: 0 });
});
