import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { replayCancel } from '../../../tools/commands/replay-cancel.ts';
import { replayList } from '../../../tools/commands/replay-list.ts';
import { replayPause } from '../../../tools/commands/replay-pause.ts';
import { replayPlan } from '../../../tools/commands/replay-plan.ts';
import { replayResume } from '../../../tools/commands/replay-resume.ts';
import { replayRun } from '../../../tools/commands/replay-run.ts';
import { item, openReplays, type Replays } from '../replay/open-replays.ts';
import { runHere } from './run-here.ts';
import { openCli } from './start-cli.ts';

let replays: Replays;
let endpoint: readonly string[];
beforeAll(async () => {
  replays = await openReplays();
  endpoint = ['--endpoint', replays.aws.endpoint];
  await replays.publish(Array.from({ length: 12 }, (_, n) => item(n)));
  replays.empty();
});
afterAll(() => replays.close());

const toLabelItem = ['--since', '1h', '--consumer', 'label-item'];
const start = (...words: readonly string[]) => openCli(['replay', ...words, ...endpoint]);

describe('fanbus replay', () => {
  it('lists its commands', async () => {
    const { code, stdout } = await openCli(['replay', '--help']).ended;
    expect(code).toBe(0);
    const names = [...stdout.matchAll(/replay (\w+) {2,}/g)].map(([, name = '']) => name);
    expect(names).toEqual(['plan', 'run', 'list', 'pause', 'resume', 'cancel']);
  });

  it.each([replayPlan, replayRun, replayList, replayPause, replayResume, replayCancel])(
    'has an example in the help of $meta.name',
    ({ meta }) => {
      const { description, name } = meta as { readonly name: string; readonly description: string };
      expect(description).toContain(`. Example: npx fanbus ${name} `.trimEnd());
    },
  );

  it.each([
    [replayPlan, [], 'no --since: say how far back'],
    [
      replayRun,
      ['--since', '1h', '--rate', 'many'],
      '--rate many is no rate: give how many a second, from 0.1 to 10000',
    ],
    [replayRun, ['--since', '1h'], 'Replay 12 events to all 4 consumers? Nobody is here to ask: add --yes.'],
    [
      replayRun,
      ['--since', '1h', '--consumer', 'label'],
      'no consumer "label" is deployed there. Did you mean "label-item"?',
    ],
    [replayCancel, ['x'], 'no replay "x" is under way on stage dev. There are none.'],
  ])('refuses %#: %j', async (command, words, message) => {
    const { code, stderr, stdout } = await runHere(command, [...words, ...endpoint]);
    expect(stderr).toContain(`fanbus: ${message}`);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(await replays.leftovers()).toEqual([]);
  });

  it('plans for people and for programs, in an AWS account too', async () => {
    const { stderr, stdout } = await runHere(replayPlan, [...toLabelItem, '--rate', '10', ...endpoint]);
    expect(stderr).toBe(`On the local AWS at ${replays.aws.endpoint}, stage dev.\n`);
    expect(stdout).toContain('Replays    12 events in 2 s at 10 a second\n');
    expect(stdout).toMatch(/\n {2}label-item {2}12 +0 +not known: nothing it said is on record\n/);

    Object.assign(process.env, replays.aws.environment);
    const onAws = await runHere(replayPlan, [...toLabelItem, '--region', 'us-east-1', '--json']);
    for (const name of Object.keys(replays.aws.environment)) delete process.env[name];
    expect(onAws.stderr).toBe('');
    expect(JSON.parse(onAws.stdout)).toMatchObject({
      events: 12,
      consumers: [{ name: 'label-item', events: 12 }],
      warnings: expect.arrayContaining([expect.stringContaining('in the last 10 minutes')]),
    });
  });

  it('runs with one document of JSON on stdout', async () => {
    const { code, stderr, stdout } = await runHere(replayRun, [...toLabelItem, '--json', ...endpoint]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      events: 12,
      consumers: [{ name: 'label-item', handedOn: 12, waiting: 12 }],
    });
    expect(replays.received('store-item')).toBe(0);
    expect(await replays.leftovers()).toEqual([]);
    replays.empty();
  });

  it('stopped by Ctrl-C leaves nothing, and says how many were handed on and how to go on', async () => {
    const cli = start('run', ...toLabelItem, '--rate', '2');
    await cli.until(/[1-9]\d* of 12 events/);
    cli.kill('SIGINT');
    const { code, stderr } = await cli.ended;
    expect(code).toBe(130);
    const [, count] = /(\d+) of 12 events were handed on\./.exec(stderr) ?? [];
    expect(replays.received('label-item')).toBeGreaterThanOrEqual(Number(count));
    expect(stderr).toMatch(
      /\nnpx fanbus replay run --since \S+Z --until \S+Z --pattern '.+' --consumer label-item --rate 2 --endpoint \S+\nfanbus: stopped by SIGINT/,
    );
    expect(await replays.leftovers()).toEqual([]);
    replays.empty();
  });

  it('killed outright is found again, taken over and ended by any shell, and nothing is lost', async () => {
    const cli = start('run', ...toLabelItem, '--rate', '2');
    const [, name = ''] = await cli.until(/(fanbus-temporary-replay-dev-\S+)/);
    await cli.until(/[1-9]\d* of 12 events/);

    const paused = await runHere(replayPause, [name, '--json', ...endpoint]);
    expect(JSON.parse(paused.stdout)).toMatchObject({ name, state: 'paused' });
    await cli.until(/paused/);
    const told = await runHere(replayResume, [name, ...endpoint]);
    expect(told.stdout).toMatch(/^Resumed: process \d+ on \S+ goes on\.\n$/);

    cli.kill('SIGKILL');
    await cli.ended;
    const list = await runHere(replayList, endpoint);
    expect(list.stdout).toMatch(new RegExp(`${name} {2}left +label-item +2/s`));
    expect(list.stdout).toContain(`npx fanbus replay resume ${name} --endpoint`);
    // What it had in its hands comes back when its time is over.
    replays.aws.clock.advance(60_000);
    const resumed = await runHere(replayResume, [name, '--json', ...endpoint]);
    expect(JSON.parse(resumed.stdout)).toMatchObject({ name });
    expect(replays.received('label-item')).toBeGreaterThanOrEqual(12);
    expect(await replays.leftovers()).toEqual([]);
    replays.empty();
  });

  it('killed outright is removed by cancel', async () => {
    const cli = start('run', ...toLabelItem, '--rate', '0.1');
    const [, name = ''] = await cli.until(/(fanbus-temporary-replay-dev-\S+)/);
    cli.kill('SIGKILL');
    await cli.ended;
    expect(await replays.leftovers()).toEqual([name, name]);
    const { code, stdout } = await runHere(replayCancel, [name, ...endpoint]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^Cancelled; \d+ events/) });
    expect(await replays.leftovers()).toEqual([]);
  });
});
