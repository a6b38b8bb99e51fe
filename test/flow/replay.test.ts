import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { createEventChecker } from '../../tools/check-event.ts';
import { nothingFed } from '../../tools/replay/feed.ts';
import { runReplay } from '../../tools/replay/run-replay.ts';
import { openTarget } from '../../tools/target/open-target.ts';
import { readArchive } from '../../tools/target/read-archive.ts';
import { readConsumers } from '../../tools/target/read-consumers.ts';
import type { Target } from '../../tools/target/target.ts';
import { photo } from '../pictures/index.ts';
import { item } from '../tools/replay/open-replays.ts';
import { type ImagesFlow, openImagesFlow } from './open-images-flow.ts';
import { plainCsv } from './open-tasks-flow.ts';

const DAY = 86_400_000;
const ROWS = 40;
const portrait = await sharp(photo('portrait.png')).resize(160).jpeg().toBuffer();

let flow: ImagesFlow;
let target: Target;
let events: EventBridgeClient;
let begun: number;
let traffic = 0;
beforeAll(async () => {
  flow = await openImagesFlow({ overrides: { 'read-task-file': { environment: { ROWS_PER_EVENT: '10' } } } });
  target = await openTarget({ endpoint: flow.aws.endpoint }, {});
  events = new EventBridgeClient(target.settings);
  begun = flow.aws.clock.now() - 1_000;
  for (const hasPicture of [true, false, false]) {
    await bringTraffic({ hasPicture });
    await flow.untilQuiet();
    flow.aws.clock.advance(2 * DAY);
  }
}, 120_000);
afterAll(async () => {
  events.destroy();
  await flow.close();
});

/** A file of tasks, two items and perhaps a picture, each of its own. */
async function bringTraffic({ hasPicture }: { readonly hasPicture: boolean }): Promise<void> {
  traffic += 1;
  const { bus, uploadsBucket } = flow.names;
  const Key = `task-files/ada/${traffic}.csv`;
  await flow.s3.send(new PutObjectCommand({ Bucket: uploadsBucket, Key, Body: plainCsv(ROWS) }));
  if (hasPicture) await flow.upload(portrait, { user: `user-${traffic}` });
  const Entries = [1, 2].map((n) => {
    const { detail, 'detail-type': DetailType, source: Source } = item(n);
    return { EventBusName: bus, Source, DetailType, Detail: JSON.stringify(detail) };
  });
  await events.send(new PutEventsCommand({ Entries }));
}

async function replay(names?: readonly string[]) {
  const all = await readConsumers(target);
  const consumers = all.filter(({ name }) => names?.includes(name) ?? name !== 'record-analytics');
  return runReplay({
    target,
    archive: await readArchive(target, flow.aws.clock.now()),
    selection: { since: begun - (begun % 1_000), until: flow.aws.clock.now(), isCut: false, patterns: [] },
    consumers,
    isForAll: names === undefined,
    check: createEventChecker(),
    plan: { events: 0 },
    fed: nothingFed(),
    onOpened: () => {},
    onProgress: () => {},
    signal: new AbortController().signal,
  });
}

type Row = Record<string, AttributeValue>;

/** All that the consumers have made: rows by table and key, and objects with their content. */
async function effects(): Promise<ReadonlyMap<string, unknown>> {
  const { imageReviewsTable, imagesBucket, itemsTable, taskFilesTable, tasksTable, usersTable } = flow.names;
  const found = new Map<string, unknown>();
  for (const table of [tasksTable, taskFilesTable, imageReviewsTable, usersTable, itemsTable]) {
    for (const row of await flow.scan(table)) found.set(`${table} ${keyOf(row)}`, contentOf(row));
  }
  const { Contents = [] } = await flow.s3.send(new ListObjectsV2Command({ Bucket: imagesBucket }));
  for (const { ETag, Key } of Contents) found.set(`${imagesBucket} ${Key}`, ETag);
  return found;
}

const keyOf = ({ id, list, pk, sk }: Row) => [pk?.S ?? list?.S, sk?.S ?? id?.S].join(' ');

/** An answer that is given again is the same but for when, and how long it took. */
function contentOf({ occurredAt, rank, said, ...row }: Row): unknown {
  if (!row.sk?.S?.startsWith('heard#')) return { occurredAt, rank, said, ...row };
  const { tookMs: _, ...answer } = JSON.parse(said?.S ?? '{}');
  return { ...row, answer };
}

it('of a week to everybody, twice, amid live traffic, changes no count and doubles no effect', {
  timeout: 120_000,
}, async () => {
  for (const hasPicture of [false, true]) {
    const before = await effects();
    const chainsBefore = flow.chains();
    const replayed = replay();
    await bringTraffic({ hasPicture });
    const { consumers, misfits } = await replayed;
    await flow.untilQuiet();
    expect(misfits).toEqual([]);
    expect(consumers.find(({ name }) => name === 'create-tasks')?.handedOn).toBeGreaterThanOrEqual(12);
    expect(consumers.find(({ name }) => name === 'make-thumbnails')?.handedOn).toBeGreaterThanOrEqual(1);
    // What is said again of what was there is the same event: record-analytics counts it once.
    const old = new Set(chainsBefore.values());
    const saidAnew = [...flow.chains()].filter(
      ([eventId, chain]) => old.has(chain) && !chainsBefore.has(eventId),
    );
    expect(saidAnew).toEqual([]);
    const after = await effects();
    for (const [key, effect] of before) expect(after.get(key), key).toEqual(effect);
    // Nothing is new but what the live traffic has made.
    const counts = countByTable(after);
    expect(counts).toMatchObject({
      [flow.names.tasksTable]: traffic * ROWS,
      [flow.names.itemsTable]: traffic * 4,
      [flow.names.usersTable]: hasPicture ? 2 : 1,
    });
    expect(counts[flow.names.taskFilesTable]).toBe(
      (traffic * (countByTable(before)[flow.names.taskFilesTable] ?? 0)) / (traffic - 1),
    );
  }
  for (const consumer of ['create-tasks', 'make-thumbnails', 'store-item', 'gather-verdict'])
    expect(await flow.deadLetters(consumer), consumer).toEqual([]);
});

function countByTable(found: ReadonlyMap<string, unknown>): Readonly<Record<string, number>> {
  const tables = Map.groupBy(found.keys(), (key) => key.split(' ')[0] ?? '');
  return Object.fromEntries([...tables].map(([table, keys]) => [table, keys.length]));
}

it('of that week to a consumer that is new runs that one alone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'new-consumer-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(
    join(folder, 'manifest.json'),
    JSON.stringify({
      artifacts: {
        praise: { type: 'aws:cloudformation:stack', properties: { templateFile: 'praise.json' } },
      },
    }),
  );
  writeFileSync(join(folder, 'praise.json'), JSON.stringify(newConsumer('fanbus-dev-praise')));
  await flow.aws.deploy(folder);

  const ran = new Set<string>();
  const praised = new Set<string>();
  const all = Promise.withResolvers<void>();
  onTestFinished(
    flow.aws.observations.on('invoked', ({ function: name }) => {
      ran.add(name);
    }),
  );
  onTestFinished(
    flow.aws.observations.on('settled', ({ done, function: name }) => {
      for (const id of name === 'fanbus-dev-praise' ? done : []) praised.add(id);
      if (praised.size >= traffic) all.resolve();
    }),
  );
  const { consumers } = await replay(['praise']);
  // Every file's completion was said once at least.
  expect(consumers).toMatchObject([{ name: 'praise', newDeadLetters: 0 }]);
  expect(consumers[0]?.handedOn).toBeGreaterThanOrEqual(traffic);
  await all.promise;
  expect([...ran]).toEqual(['fanbus-dev-praise']);
});

/** What the stack of a consumer of completed files comes down to. */
function newConsumer(name: string) {
  const queueArn = { 'Fn::GetAtt': ['Queue', 'Arn'] };
  const allow = (Action: readonly string[], rest: object) => ({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action, ...rest }],
  });
  return {
    Resources: {
      Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: name, VisibilityTimeout: 60 } },
      Rule: {
        Type: 'AWS::Events::Rule',
        Properties: {
          Name: `${name}-1`,
          EventBusName: flow.names.bus,
          EventPattern: { source: ['fanbus.tasks'], 'detail-type': ['TaskFileCompleted.v1'] },
          Targets: [{ Id: 'target', Arn: queueArn }],
        },
      },
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: allow(['sts:AssumeRole'], {
            Principal: { Service: 'lambda.amazonaws.com' },
          }),
          Policies: [
            {
              PolicyName: 'consume',
              PolicyDocument: allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], {
                Resource: queueArn,
              }),
            },
          ],
        },
      },
      Function: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          FunctionName: name,
          Runtime: 'nodejs24.x',
          Handler: 'index.handler',
          Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
          Code: { ZipFile: 'exports.handler = async () => {};' },
        },
      },
      Poller: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: { EventSourceArn: queueArn, FunctionName: { Ref: 'Function' } },
      },
    },
  };
}
