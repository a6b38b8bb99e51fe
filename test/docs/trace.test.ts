import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateArchiveCommand,
  CreateEventBusCommand,
  EventBridgeClient,
  ListRulesCommand,
  PutEventsCommand,
} from '@aws-sdk/client-eventbridge';
import { type ArgsDef, runCommand } from 'citty';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { uuidv7 } from '../../services/runtime/uuidv7.ts';
import { checkArguments } from '../../tools/check-arguments.ts';
import { trace } from '../../tools/commands/trace.ts';
import { type LocalAws, startLocalAws } from '../../tools/local/start-local-aws.ts';
import { startCli } from '../tools/commands/start-cli.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/trace.md'), 'utf8');
const commands = [...page.matchAll(/^npx fanbus (trace .*?)(?: +#.*)?$/gm)].map((match) => match[1] ?? '');

const bus = 'fanbus-dev';
const KNOWN = '0199a4c6-3f10-7d2a-9b1e-5c0d8e7f6a12';
let aws: LocalAws;
let events: EventBridgeClient;
let eventId: string;

beforeAll(async () => {
  aws = await startLocalAws();
  Object.assign(process.env, aws.environment);
  events = new EventBridgeClient();
  const { EventBusArn } = await events.send(new CreateEventBusCommand({ Name: bus }));
  await events.send(new CreateArchiveCommand({ ArchiveName: bus, EventSourceArn: EventBusArn }));
  eventId = uuidv7(Date.now());
  const Detail = JSON.stringify({
    metadata: { eventId, producer: 'station-7' },
    data: { gust: '\u001b[2J' },
  });
  await events.send(
    new PutEventsCommand({
      Entries: [{ EventBusName: bus, Source: 'weather', DetailType: 'Storm', Detail }],
    }),
  );
});
afterAll(async () => {
  events.destroy();
  await aws.close();
});

describe('docs/trace.md', () => {
  it('shows commands that the command takes', () => {
    expect(commands.length).toBeGreaterThan(4);
    for (const command of commands) {
      checkArguments('fanbus trace', command.split(' ').slice(1), trace.args as ArgsDef);
    }
  });

  it('names every state and every sign', () => {
    const source = readFileSync(join(import.meta.dirname, '../../tools/trace/render-trace.ts'), 'utf8');
    const [, signs = ''] = /const SIGNS[^{]*{([^}]*)}/.exec(source) ?? [];
    const pairs = [...signs.matchAll(/(\w+): '(.)'/g)];
    expect(pairs.length).toBeGreaterThan(5);
    for (const [, state, sign] of pairs)
      expect(page).toMatch(new RegExp(`\\| \`\\${sign}\` \\|.*\`${state}\``));
  });

  it('runs: for people, and as JSON alone', async () => {
    const [people, json] = await Promise.all(
      [commands[0], commands[1]].map(
        (command = '') => startCli(command.replace('EVENT_ID', eventId).split(' ')).ended,
      ),
    );
    expect(people).toMatchObject({ code: 0, stderr: `On the local AWS at ${aws.endpoint}, stage dev.\n` });
    expect(people?.stdout).toMatch(new RegExp(`^weather/Storm {2}${eventId}\n {2}said .* by station-7; `));
    expect(json).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(json?.stdout ?? '')).toMatchObject({
      event: { eventId, type: 'Storm', producer: 'station-7', consumers: [], caused: [] },
      notes: [],
    });
  });
});

it.each([
  [[], 'no event: say which'],
  [['x'], '"x" is no id of an event'],
  [[KNOWN, '--depth', 'all'], '--depth all is no number of generations'],
  [[KNOWN, '--at', '2h'], 'give --archive with it'],
  [[KNOWN, '--archive', '--at', 'noon'], '--at noon is no moment'],
])('refuses %j and says what to give', async (rawArgs, words) => {
  await expect(runCommand(trace, { rawArgs })).rejects.toThrow(words);
});

it('exits with 1 when nobody knows the event', async () => {
  const { code, stderr, stdout } = await startCli(['trace', uuidv7(Date.now())]).ended;
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('fanbus: nothing is known of');
});

it('leaves nothing behind when it is stopped while it asks the archive', async () => {
  const began = aws.observations.waitFor('requested', ({ operation }) => operation === 'StartReplay');
  const cli = startCli(['trace', uuidv7(Date.now()), '--archive']);
  await began;
  cli.kill('SIGINT');
  expect((await cli.ended).code).toBe(130);
  const { Rules = [] } = await events.send(new ListRulesCommand({ EventBusName: bus }));
  expect(Rules.map(({ Name }) => Name)).toEqual([`Events-Archive-${bus}`]);
  expect(aws.queues.list()).toEqual([]);
});
