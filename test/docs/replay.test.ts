import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { replayCancel } from '../../tools/commands/replay-cancel.ts';
import { replayList } from '../../tools/commands/replay-list.ts';
import { replayPause } from '../../tools/commands/replay-pause.ts';
import { replayPlan } from '../../tools/commands/replay-plan.ts';
import { replayResume } from '../../tools/commands/replay-resume.ts';
import { replayRun } from '../../tools/commands/replay-run.ts';
import { replayArguments } from '../../tools/replay/prepare-replay.ts';
import { targetArguments } from '../../tools/target/target-arguments.ts';
import { runHere } from '../tools/commands/run-here.ts';
import { happening, item, openReplays, type Replays } from '../tools/replay/open-replays.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/replay.md'), 'utf8');
const lines = [...page.matchAll(/```sh\n(.+?)```/gs)].flatMap(([, block = '']) => block.trim().split('\n'));
const commands = {
  plan: replayPlan,
  run: replayRun,
  list: replayList,
  pause: replayPause,
  resume: replayResume,
  cancel: replayCancel,
};

let replays: Replays;
beforeAll(async () => {
  replays = await openReplays();
  const chain = { causationId: '17793124-05d4-b198-2fde-7ededc63b103', producer: 'read-task-file' };
  const failed = { taskFileId: 'f', owner: 'ada', name: 'a.csv', reason: 'empty' };
  await replays.publish([
    item(1),
    item(2),
    happening('fanbus.tasks/TaskFileFailed.v1', failed, { ...chain, correlationId: chain.causationId }),
  ]);
  replays.empty();
});
afterAll(() => replays.close());

it('names every option of its own', () => {
  const own = Object.keys(replayArguments).filter((name) => name !== 'json' && !(name in targetArguments));
  expect(own.length).toBeGreaterThan(5);
  for (const name of own) expect(page).toContain(name === 'record' ? '`--no-record`' : `\`--${name}\``);
});

it('does with each of its commands what it says', async () => {
  expect(lines).toHaveLength(7);
  const run = (line: string) => {
    const [, , , name = '', ...args] = line.split(' ');
    const command = commands[name as keyof typeof commands];
    return runHere(command, [...args, '--endpoint', replays.aws.endpoint]);
  };
  const [plan = '', replay = '', chain = '', list = '', ...onOne] = lines;

  const planned = await run(plan);
  expect(planned.stdout).toContain('Replays    2 events in 1 s at 50 a second\n');
  expect(planned.stdout).toContain('The archive has nothing older than this window.');
  const replayed = await run(replay);
  expect(replayed.stdout).toMatch(
    /^2 events were replayed in \d+ s\.\n\n {2}CONSUMER +HANDED ON +WAITING NOW/,
  );
  expect(replays.received('label-item')).toBe(2);
  expect((await run(chain)).stdout).toMatch(/\n {2}read-task-file {2}≥ 1 +0 +≥ 1\n/);
  expect((await run(list)).stdout).toBe('No replay is under way.\n');
  for (const line of onOne) {
    expect(await run(line)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no replay "NAME" is'),
    });
  }
});
