import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requestToken } from '../../../tools/request-token.ts';
import { type Cli, startCli } from './start-cli.ts';

const repository = join(import.meta.dirname, '../../..');
/** A clone of its own, to write into. */
const root = mkdtempSync(join(tmpdir(), 'watch-test-'));
let cli: Cli;
let endpoint: string;
let api: { readonly url: string; readonly token: string };

beforeAll(async () => {
  for (const path of ['cdk.json', 'docs', 'generated', 'infra', 'package-lock.json', 'package.json'])
    cpSync(join(repository, path), join(root, path), { recursive: true });
  for (const path of ['schemas', 'services', 'test/tools/scaffold', 'tools', 'tsconfig.json'])
    cpSync(join(repository, path), join(root, path), { recursive: true });
  symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'));
  cli = startCli(['local', '--watch'], { root });
  await cli.until(/Watching schemas, services and infra/);
  [, endpoint = ''] = await cli.until(/Endpoint +(\S+)/);
  const [, url = ''] = await cli.until(/API +(\S+)/);
  api = { url, token: await requestToken(endpoint, { sub: 'ada' }) };
}, 120_000);
afterAll(async () => {
  await cli.stop();
  rmSync(root, { recursive: true });
});

const labels = 'services/items/label-item/labels.ts';
const decision = 'services/items/label-item/label-item.ts';

function edit(file: string, from: string, to: string): void {
  const before = readFileSync(join(root, file), 'utf8');
  expect(before).toContain(from);
  // As editors do: beside it, then in its place.
  writeFileSync(join(root, `${file}.tmp`), before.replaceAll(from, to));
  renameSync(join(root, `${file}.tmp`), join(root, file));
}

function post(path: string, body: unknown): Promise<Response> {
  return fetch(`${api.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${api.token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

/** What a consumer logs of an item of texts that is sent now. */
async function sendItem(consumer = 'label-item'): Promise<string> {
  const answer = await post('/trigger', { items: [{ id: 'tea', content: { note: 'good tea' } }] });
  const { outcomes } = (await answer.json()) as { outcomes: [{ eventId: string }] };
  const [{ eventId }] = outcomes;
  const [, said = ''] = await cli.until(
    new RegExp(`fanbus-dev-${consumer}  INFO   (.*  itemId=${eventId} .*)\\n`),
  );
  return said.replace(eventId, '…');
}

describe('fanbus local --watch', { timeout: 180_000 }, () => {
  it('runs an edited decision from the next event on, and touches no other function', async () => {
    expect(await sendItem()).toBe('item labelled  itemId=… kind=text size=small');
    edit(labels, "return 'text'", "return 'mixed'");
    const [line] = await cli.until(/.*labels\.ts → .*\n/);
    expect(line).toMatch(
      /^ {2}\d\d:\d\d:\d\d {2}services\/items\/label-item\/labels\.ts → label-item live \(\d+\.\d s\)\n$/,
    );
    expect(await sendItem()).toBe('item labelled  itemId=… kind=mixed size=small');
  });

  it('says where a file is faulty, keeps the old code and goes on with the next good save', async () => {
    edit(decision, 'return done();', 'return done(;');
    await cli.until(
      /label-item\.ts ✖ what is faulty runs as it was\n +services\/items\/label-item\/label-item\.ts:\d+:17 Unexpected ";"\n/,
    );
    expect(await sendItem()).toContain('item labelled');
    edit(decision, 'return done(;', 'return done();');
    edit(decision, 'item labelled', 'item now labelled');
    await cli.until(/label-item\.ts → label-item live/);
    expect(await sendItem()).toContain('item now labelled');
  });

  it('shows a type error where it is, and when it is gone', async () => {
    const file = 'services/items/store-item/store-item.ts';
    const right = readFileSync(join(root, file), 'utf8');
    writeFileSync(join(root, file), `${right}\nexport const wrong: number = 'no';\n`);
    await cli.until(
      /\d\d {2}1 type error\n +services\/items\/store-item\/store-item\.ts:\d+:14 Type 'string' is not assignable/,
    );
    writeFileSync(join(root, file), right);
    await cli.until(/ {2}no type errors\n/);
  });

  it('takes an event that an edited schema allows, and shows what is wrong with a schema', async () => {
    const file = 'schemas/fanbus.items/ItemReceived.v1.json';
    const content = Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`field${n}`, n]));
    const event = { type: 'ItemReceived.v1', data: { owner: 'ada', id: 'large', content } };
    expect((await post('/events', { events: [event] })).status).toBe(400);
    edit(file, '"maxProperties": 100', '"maxProperties": "many"');
    await cli.until(
      /ItemReceived\.v1\.json ✖ what is faulty runs as it was\n.*maxProperties must be integer/,
    );
    edit(file, '"maxProperties": "many"', '"maxProperties": 200');
    const [line] = await cli.until(/ItemReceived\.v1\.json → .* live .*\n/);
    // Who hears or says it, and who tells of the API.
    expect(line).toMatch(/ → \S+, \S+, \S+ and 2 more live /);
    expect((await post('/events', { events: [event] })).status).toBe(200);
  });

  it('gives a new consumer its past by the commands of docs/onboard-a-consumer.md', async () => {
    const page = readFileSync(join(root, 'docs/onboard-a-consumer.md'), 'utf8');
    const commands = [...page.matchAll(/```sh\n(.*?)```/gs)].flatMap(([, block = '']) =>
      block.trim().split('\n'),
    );
    const [up, ...others] = commands;
    expect(up).toBe('npx fanbus local --watch');
    const ours = others.flatMap((line) => (line.startsWith('npx fanbus ') ? [line.split(' ').slice(2)] : []));
    expect(ours.map((words) => words.slice(0, 2).join(' '))).toEqual([
      'new consumer',
      'replay run',
      'deploy count-words',
      'dlq list',
      'dlq show',
      'dlq redrive',
    ]);
    for (const words of ours) {
      const command = startCli(words, { root, variables: { AWS_ENDPOINT_URL: endpoint } });
      const { code, stderr } = await command.ended;
      await command.stop();
      expect({ words, code, stderr }).toEqual({
        words,
        code: 0,
        stderr: expect.not.stringContaining('fanbus: '),
      });
      if (words[0] === 'new') await cli.until(/count-words.* → .*fanbus-dev-count-words.* deployed/);
    }
    // What was sent before there was such a consumer.
    await cli.until(/fanbus-dev-count-words {2}INFO {3}heard ItemReceived\.v1/);
  });

  it('deploys a new consumer, which gets events, and leaves what is no longer in the app', async () => {
    const folder = join(root, 'services/items/tag-item');
    cpSync(join(root, 'services/items/label-item'), folder, { recursive: true });
    edit('services/items/tag-item/subscription.ts', 'label-item', 'tag-item');
    cpSync(join(root, 'infra/stacks/label-item-stack.ts'), join(root, 'infra/stacks/tag-item-stack.ts'));
    edit('infra/stacks/tag-item-stack.ts', 'label-item', 'tag-item');
    edit('infra/app.ts', 'label-item-stack', 'tag-item-stack');
    // With those whose code is live already, and not yet in their stacks.
    await cli.until(/tag-item-stack\.ts.* → .*fanbus-dev-tag-item.* deployed/);
    await cli.until(/fanbus-dev-label-item is no longer in the app\..*\n +npx fanbus destroy label-item\n/);
    expect(await sendItem('tag-item')).toContain('item now labelled');
  });

  it('leaves nothing when it is ended while it deploys', async () => {
    edit('infra/stacks/tag-item-stack.ts', "allow(['dynamodb:PutItem']", "allow(['dynamodb:GetItem']");
    await expect
      .poll(() => processesHere().some((line) => line.includes('synth')), { timeout: 60_000 })
      .toBe(true);
    cli.kill('SIGINT');
    const { code, stderr, stdout } = await cli.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/Stopping… stopped\.\n$/);
    await expect.poll(cli.processes).toEqual([]);
    await expect.poll(processesHere).toEqual([]);
    expect(cli.leftovers()).toEqual([]);
  });
});

/** The command lines of all that works in the clone: also of what is given a temporary folder of its own. */
function processesHere(): readonly string[] {
  return readdirSync('/proc').flatMap((pid) => {
    try {
      return readlinkSync(`/proc/${pid}/cwd`) === root ? [readFileSync(`/proc/${pid}/cmdline`, 'utf8')] : [];
    } catch {
      // No process, somebody else's, or gone in the meantime.
      return [];
    }
  });
}
