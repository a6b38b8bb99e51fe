import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dlqDiscard } from '../../tools/commands/dlq-discard.ts';
import { dlqList } from '../../tools/commands/dlq-list.ts';
import { dlqRedrive } from '../../tools/commands/dlq-redrive.ts';
import { dlqShow } from '../../tools/commands/dlq-show.ts';
import { runHere } from '../tools/commands/run-here.ts';
import { openCli } from '../tools/commands/start-cli.ts';
import { openStage } from '../tools/dead-letters/open-stage.ts';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/dead-letters.md'), 'utf8');
const commands = [...page.matchAll(/```sh\n(.+?)```/gs)].flatMap(([, block = '']) =>
  block.trim().split('\n'),
);
const folder = mkdtempSync(join(tmpdir(), 'dead-letters-'));

let stage: Awaited<ReturnType<typeof openStage>>;
beforeAll(async () => {
  stage = await openStage();
  process.chdir(folder);
});
afterAll(async () => {
  process.chdir(root);
  rmSync(folder, { recursive: true });
  await stage.close();
});

const dlq = { list: dlqList, show: dlqShow, redrive: dlqRedrive, discard: dlqDiscard };

/** Runs `npx fanbus dlq …` as a shell would, on the stage of the test. */
async function run(line: string) {
  const [command = '', file] = line.split(' > ');
  const words = (command.match(/"[^"]+"|\S+/g) ?? []).map((word) => word.replaceAll('"', ''));
  const [, , , name = '', ...args] = words;
  const ended = await runHere(dlq[name as keyof typeof dlq], [...args, '--endpoint', stage.aws.endpoint]);
  if (file !== undefined) writeFileSync(file, ended.stdout);
  return ended;
}

it('does with each of its commands what it says', async () => {
  await stage.park(3, { REASON: 'the handler threw: Error' });
  await stage.park(2, { REASON: 'not valid' }, { owner: 5 });
  const [
    list = '',
    show = '',
    plan = '',
    redrive = '',
    showOne = '',
    edit = '',
    body = '',
    discard = '',
    tail = '',
  ] = commands;
  expect(commands).toHaveLength(9);

  const listed = await run(list);
  expect(listed.stdout).toMatch(/^store-item: 5 messages; .+\n +COUNT +DOOR +TYPE +EXAMPLE +REASON\n/);
  expect((await run(show)).stdout.match(/^schema +valid today$/gm)).toHaveLength(3);
  expect((await run(plan)).stdout).toMatch(/^To put back:\n +3 +store-item → store-item +parked /);
  expect(stage.consumer.depth().visible).toBe(0);
  expect((await run(redrive)).stdout).toMatch(/3 of 3 messages back\.\n$/);
  expect(stage.consumer.depth().visible).toBe(3);

  const [, eventId = ''] = / 2 +parked +\S+ +(\S+) /.exec(listed.stdout) ?? [];
  await run(showOne.replace('EVENT_ID', eventId));
  expect(edit).toMatch(/^# put "event"/);
  const file = join(folder, 'event.json');
  writeFileSync(file, readFileSync(file, 'utf8').replace('"owner": 5', '"owner": "ada"'));
  expect((await run(body.replace('EVENT_ID', eventId))).code).toBe(0);
  expect(stage.consumer.depth().visible).toBe(4);

  expect((await run(discard)).stdout).toMatch(
    /1 of 1 message discarded; discarded.ndjson keeps what they said\.\n$/,
  );
  expect(readFileSync(join(folder, 'discarded.ndjson'), 'utf8')).toContain('"reason":"not valid"');
  expect(stage.deadLetters.depth()).toMatchObject({ visible: 0, inFlight: 0 });

  const listener = openCli([...tail.split(' ').slice(2), '--endpoint', stage.aws.endpoint]);
  await listener.until(/Listening to fanbus-dev/);
  listener.kill('SIGINT');
  expect((await listener.ended).code).toBe(0);
});
