import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand, DeleteTableCommand, DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import {
  EventBridgeClient,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nameUuid } from '../../../services/runtime/name-uuid.ts';
import { dlqDiscard } from '../../../tools/commands/dlq-discard.ts';
import { dlqList } from '../../../tools/commands/dlq-list.ts';
import { dlqRedrive } from '../../../tools/commands/dlq-redrive.ts';
import { dlqShow } from '../../../tools/commands/dlq-show.ts';
import { type Flow, openFlow } from '../../flow/open-flow.ts';
import { itemReceived } from '../../services/items/item-received.ts';
import { runHere } from './run-here.ts';

let flow: Flow;
let events: EventBridgeClient;
const folder = mkdtempSync(join(tmpdir(), 'dlq-'));

beforeAll(async () => {
  flow = await openFlow();
  const { endpoint, region } = flow.aws;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  events = new EventBridgeClient({ endpoint, region, credentials });
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  events.destroy();
  await flow.close();
});

const commands = { list: dlqList, show: dlqShow, redrive: dlqRedrive, discard: dlqDiscard };

const dlq = (name: keyof typeof commands, ...args: readonly string[]) =>
  runHere(commands[name], [...args, '--endpoint', flow.aws.endpoint]);

/** Says that an item was received; answers the event's id. */
async function say(data: object): Promise<string> {
  const { detail } = itemReceived();
  const eventId = nameUuid(`dlq/${JSON.stringify(data)}`);
  const metadata = { ...detail.metadata, eventId, correlationId: eventId };
  const Detail = JSON.stringify({ metadata, data: { ...detail.data, ...data } });
  const entry = { EventBusName: flow.names.bus, Source: 'fanbus.items', DetailType: 'ItemReceived.v1' };
  await events.send(new PutEventsCommand({ Entries: [{ ...entry, Detail }] }));
  return eventId;
}

async function isStored(eventId: string): Promise<boolean> {
  const rows = await flow.scan(flow.names.itemsTable, { pk: { S: eventId }, sk: { S: 'item' } });
  return rows.length === 1;
}

/** Points a rule at a target that is gone while the work is done. */
async function misdirected(
  rule: { readonly Rule: string; readonly EventBusName: string },
  work: () => Promise<void>,
): Promise<void> {
  const { Targets = [] } = await events.send(new ListTargetsByRuleCommand(rule));
  const gone = Targets.map((target) => ({ ...target, Arn: `${target.Arn}-that-is-gone` }));
  await events.send(new PutTargetsCommand({ ...rule, Targets: gone }));
  await work();
  await events.send(new PutTargetsCommand({ ...rule, Targets }));
}

/** Takes a table away; answers the way to put an empty one in its place. */
async function withoutTable(TableName: string): Promise<() => Promise<unknown>> {
  const { dynamodb } = flow;
  const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
  await dynamodb.send(new DeleteTableCommand({ TableName }));
  const { AttributeDefinitions, KeySchema } = Table ?? {};
  return () =>
    dynamodb.send(
      new CreateTableCommand({ TableName, AttributeDefinitions, KeySchema, BillingMode: 'PAY_PER_REQUEST' }),
    );
}

/** The one message that `dlq show --json` tells of an event. */
async function show(eventId: string, consumer = 'store-item') {
  const { stdout } = await dlq('show', '--event', eventId, '--consumer', consumer, '--json');
  return JSON.parse(stdout)[0];
}

describe('a dead letter is found, explained and put back', () => {
  it('when its function died of it', async () => {
    const subject = flow.names.consumer('store-item');
    const end = flow.aws.faults.inject({ hop: 'function', effect: 'crash', subject, afterRequests: 0 });
    const eventId = await say({ id: 'deadly' });
    await flow.untilQuiet();
    end();
    const list = await dlq('list');
    expect(list.stdout).toMatch(
      new RegExp(
        `^store-item: 1 message; the oldest since .+\n.+\n +1 +failed +fanbus.items/ItemReceived.v1 +${eventId} +its function ended before it could say why: Runtime.ExitError`,
      ),
    );
    expect(list.stdout).toMatch(
      /\n\d+ others are empty\.\nnpx fanbus dlq show --consumer store-item --endpoint/,
    );
    expect(list.stderr).toBe(`On the local AWS at ${flow.aws.endpoint}, stage dev.\n`);
    expect(await dlq('redrive', '--event', eventId, '--yes')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/1 +store-item → store-item +failed[\s\S]+1 of 1 message back\.\n$/),
    });
    await flow.untilQuiet();
    expect(await isStored(eventId)).toBe(true);
    expect((await dlq('list', '--consumer', 'store-item')).stdout).toBe('Its dead-letter queue is empty.\n');
  });

  it('when its function threw, by the reason that its log gives', async () => {
    const putBack = await withoutTable(flow.names.itemsTable);
    const eventId = await say({ id: 'homeless' });
    const invalid = await say({ id: 'homeless', owner: 5 });
    await flow.untilQuiet();
    await putBack();
    expect(await show(eventId)).toMatchObject({
      of: 'store-item',
      door: 'failed',
      reason: 'the handler threw: ResourceNotFoundException',
      attempts: 5,
      verdict: { result: 'valid' },
      goesTo: ['store-item'],
    });
    const chosen = ['--consumer', 'store-item', '--reason', 'HANDLER THREW'];
    const planned = await dlq('redrive', ...chosen, '--dry-run', '--json');
    expect(JSON.parse(planned.stdout)).toEqual({ selected: 1, back: 0, refused: [] });
    expect((await dlq('redrive', ...chosen, '--yes')).code).toBe(0);
    await flow.untilQuiet();
    expect(await isStored(eventId)).toBe(true);
    expect((await show(invalid)).door).toBe('parked');
    await dlq('discard', '--all', '--unsaved', '--yes');
  });

  it('when its consumer parked it, and it is edited: as it is it would come back', async () => {
    const eventId = await say({ id: 'invalid', owner: 5 });
    await flow.untilQuiet();
    const shown = await show(eventId);
    expect(shown).toMatchObject({
      door: 'parked',
      reason: 'the detail of fanbus.items/ItemReceived.v1 is not valid',
      error: '/data/owner must be string, but is 5',
      verdict: { result: 'invalid', problem: '/data/owner must be string, but is 5' },
    });
    const selection = ['--consumer', 'store-item', '--event', eventId];
    const refused = await dlq('redrive', ...selection, '--yes');
    expect(refused.code).toBe(1);
    expect(refused.stdout).toContain('it would be parked again: /data/owner must be string, but is 5');
    expect(refused.stderr).toContain('1 message stayed: put right what is against it');

    shown.event.detail.data.owner = 'ada';
    const file = join(folder, 'edited.json');
    writeFileSync(file, JSON.stringify(shown));
    expect((await dlq('redrive', ...selection, '--body', file, '--yes')).code).toBe(0);
    await flow.untilQuiet();
    expect(await isStored(eventId)).toBe(true);

    // label-item parked the same event.
    process.env.EDITOR = `sed -i 's/"owner": 5/"owner": "bob"/'`;
    const edited = await dlq('redrive', '--consumer', 'label-item', '--event', eventId, '--edit', '--yes');
    delete process.env.EDITOR;
    expect(edited.code).toBe(0);
    await flow.untilQuiet();
    expect(await flow.deadLetters('label-item')).toEqual([]);
  });

  it('when its rule could not deliver it', async () => {
    const rule = { Rule: flow.names.rule('store-item', 1), EventBusName: flow.names.bus };
    let eventId = '';
    await misdirected(rule, async () => {
      eventId = await say({ id: 'astray' });
      await flow.untilQuiet();
    });
    const { stdout } = await dlq('show', '--event', eventId);
    expect(stdout).toMatch(
      /door +undeliverable: its rule could not deliver it\nreason +NO_RESOURCE\nerror +./,
    );
    expect(stdout).toMatch(new RegExp(`rule +arn:aws:events:.+${rule.Rule}\n`));
    expect(stdout).toMatch(/schema +valid today\ngoes to +store-item\n/);
    const [, command = ''] = /npx fanbus dlq redrive (.+)\n/.exec(stdout) ?? [];
    // The command that it prints, as it is, but for the endpoint that every call here adds.
    const words = command.split(' ').filter((word) => word !== '--endpoint' && word !== flow.aws.endpoint);
    expect((await dlq('redrive', ...words, '--yes')).code).toBe(0);
    await flow.untilQuiet();
    expect(await isStored(eventId)).toBe(true);
  });

  it('when the rule that forwards uploads could not, to whom its event is for', async () => {
    const rule = { Rule: flow.names.uploadsRule, EventBusName: 'default' };
    await misdirected(rule, async () => {
      await flow.s3.send(
        new PutObjectCommand({
          Bucket: flow.names.uploadsBucket,
          Key: 'task-files/ada/forgotten.csv',
          Body: 'title\nWater the plants\n',
        }),
      );
      await flow.untilQuiet();
    });
    expect((await dlq('list')).stdout).toMatch(
      /^uploads \(not forwarded to the bus\): 1 message;.+\n.+\n +1 +undeliverable +aws.s3\/Object Created /,
    );
    const redriven = await dlq('redrive', '--consumer', 'uploads', '--yes');
    expect(redriven.stdout).toContain('uploads → read-task-file');
    expect(redriven.code).toBe(0);
    await flow.untilQuiet();
    const tasks = await flow.scan(flow.names.tasksTable);
    expect(tasks.map(({ title }) => title?.S)).toEqual(['Water the plants']);
    expect((await dlq('list')).stdout).toMatch(/^All \d+ dead-letter queues are empty\.\n$/);
  });
});

it('discards what nobody wants, and keeps what it said', async () => {
  const eventId = await say({ id: 'unwanted', owner: 5 });
  await flow.untilQuiet();
  const save = join(folder, 'discarded.ndjson');
  const discarded = await dlq('discard', '--all', '--type', 'ItemReceived.v1', '--save', save, '--yes');
  expect(discarded).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(`2 of 2 messages discarded; ${save} keeps what they said.\n`),
  });
  const kept = readFileSync(save, 'utf8').trimEnd().split('\n');
  expect(kept.map((line) => JSON.parse(line))).toMatchObject([
    { of: 'label-item', eventId, door: 'parked', body: expect.stringContaining(eventId) },
    { of: 'store-item', eventId },
  ]);
  expect(await flow.deadLetters('store-item')).toEqual([]);
});
