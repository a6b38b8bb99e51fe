import { CreateEventBusCommand, EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { SQSClient, TagQueueCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { tail } from '../../../tools/commands/tail.ts';
import { aliveTag } from '../../../tools/listener-tags.ts';
import { type LocalAws, startLocalAws } from '../../../tools/local/start-local-aws.ts';
import { removeLeftListeners } from '../../../tools/remove-left-listeners.ts';
import { clientSettings } from '../../../tools/target/client-settings.ts';
import { itemReceived } from '../../services/items/item-received.ts';
import { runHere } from './run-here.ts';
import { openCli } from './start-cli.ts';

let aws: LocalAws;
let events: EventBridgeClient;
let sqs: SQSClient;

beforeAll(async () => {
  aws = await startLocalAws();
  events = new EventBridgeClient(clientSettings(aws));
  sqs = new SQSClient(clientSettings(aws));
  await events.send(new CreateEventBusCommand({ Name: 'fanbus-dev' }));
});
afterAll(async () => {
  events.destroy();
  sqs.destroy();
  await aws.close();
});

const openTail = (...args: readonly string[]) => openCli(['tail', '--endpoint', aws.endpoint, ...args]);

async function say(DetailType: string, detail: object, { Source = 'fanbus.items', bus = 'fanbus-dev' } = {}) {
  const Entries = [{ EventBusName: bus, Source, DetailType, Detail: JSON.stringify(detail) }];
  await events.send(new PutEventsCommand({ Entries }));
}

const queues = () => aws.queues.list().map(({ name }) => name);

it('shows each event of the type and chain that is asked for in a line, ends at the limit and leaves nothing', async () => {
  const { detail } = itemReceived();
  const { correlationId, eventId } = detail.metadata;
  const cli = openTail('--type', 'ItemReceived.v1', '--correlation', correlationId, '--limit', '2');
  await cli.until(/Listening to fanbus-dev\./);
  await say('ItemStored.v1', detail);
  await say('ItemReceived.v1', itemReceived().detail);
  for (const id of ['first', '\u001b[2Jsecond']) {
    await say('ItemReceived.v1', { ...detail, data: { ...detail.data, id } });
  }
  const { code, stderr, stdout } = await cli.ended;
  expect(code).toBe(0);
  expect(stdout.split('\n').sort()).toEqual(
    [
      '',
      ...['first', '\\u001b[2Jsecond'].map(
        (id) =>
          `2026-11-21T09:30:00.000Z  ItemReceived.v1           ${eventId}  items-api  {"owner":"ada","id":"${id}"}`,
      ),
    ].sort(),
  );
  expect(stderr).toContain(`On the local AWS at ${aws.endpoint}, stage dev.\n`);
  expect(queues()).toEqual([]);
});

it('removes what a tail has left that was killed more than an hour ago, hears any bus, and ends with Ctrl-C', async () => {
  const killed = openTail();
  const [, name] = await killed.until(/removes (fanbus-temporary-tail-\w+)\./);
  killed.kill('SIGKILL');
  await killed.ended;
  expect(queues()).toEqual([name]);
  expect(await removeLeftListeners(clientSettings(aws))).toEqual([]);

  const Tags = { [aliveTag]: new Date(Date.now() - 3_700_000).toISOString() };
  await sqs.send(new TagQueueCommand({ QueueUrl: aws.queues.list()[0]?.url, Tags }));
  const cli = openTail('--bus', 'default', '--json', '--pattern', '{"source":["shop"]}');
  await cli.until(new RegExp(`${name}, which a tail that was killed has left, is removed\\.`));
  await cli.until(/Listening to default\./);
  expect(queues()).toEqual([expect.not.stringMatching(name ?? '')]);
  await say('Sold', { item: 7 }, { Source: 'shop', bus: 'default' });
  const [line] = await cli.until(/\{.+\}/);
  expect(JSON.parse(line)).toMatchObject({ source: 'shop', 'detail-type': 'Sold', detail: { item: 7 } });
  cli.kill('SIGINT');
  expect(await cli.ended).toMatchObject({ code: 0, stdout: `${line}\n` });
  expect(queues()).toEqual([]);
});

it.each([
  [
    ['--pattern', '{"source":"shop"}'],
    '--pattern is none that EventBridge takes: Event pattern is not valid.',
  ],
  [['--pattern', '/no/such/file'], 'is no JSON object, and no file: ENOENT'],
  [['--pattern', '{}', '--type', 'Sold'], 'leave --type, --source and --correlation out'],
  [['--bus', 'no-such-bus'], 'there is no event bus no-such-bus on the local AWS at'],
  [['--limit', '0'], '--limit 0 is no number of events'],
])('refuses %j before anything is made', async (args, words) => {
  const { code, stderr } = await runHere(tail, [...args, '--endpoint', aws.endpoint]);
  expect(code).toBe(1);
  expect(stderr).toContain(words);
  expect(queues()).toEqual([]);
});
