import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import {
  CreateBucketCommand,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { PurgeQueueCommand } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { readSubscriptions } from '../../infra/read-subscriptions.ts';
import { everyOwnEvent } from '../../services/runtime/subscription.ts';
import { createPatternTester } from '../../tools/pattern/test-pattern.ts';
import { plainCsv } from '../flow/open-tasks-flow.ts';
import { type Hops, keyOf, openHops } from './open-hops.ts';

const root = join(import.meta.dirname, '../..');
const consumers = readSubscriptions(root);
const { test } = createPatternTester({ strict: false });
/** The consumers of an event at this address with this detail. */
const listenersOf = (address: string, detail: unknown) =>
  consumers.filter(({ consumes }) =>
    consumes.some(({ event, ...interest }) => {
      if (event !== address && event !== everyOwnEvent) return false;
      const pattern = JSON.stringify({ detail: interest.detail });
      return pattern === '{}' || test(pattern, JSON.stringify({ detail })).result === 'match';
    }),
  );
const schemas = join(root, 'schemas');
const own = globSync('fanbus.*/*.json', { cwd: schemas }).map((path) => path.slice(0, -'.json'.length));

let hops: Hops;
const undo: (() => void)[] = [];
beforeAll(async () => {
  hops = await openHops();
});
afterEach(() => {
  for (const step of undo.splice(0)) step();
});
afterAll(() => hops.close());

const put = (Source: string, DetailType: string, detail: unknown) =>
  hops.events.send(
    new PutEventsCommand({
      Entries: [{ EventBusName: hops.names.bus, Source, DetailType, Detail: JSON.stringify(detail) }],
    }),
  );
/** The queues that got this event, but for the test's own. */
const queuesOf = (eventId: string) =>
  hops.aws.observations
    .recent()
    .flatMap((one) =>
      one.kind === 'delivered' && one.eventId === eventId ? [one.target.split(':').at(-1)] : [],
    )
    .filter((queue) => !queue?.startsWith('heard-on-'))
    .sort();
const queuesFor = (some: typeof consumers) => some.map(({ name }) => hops.names.consumer(name)).sort();

it.each(own)('brings %s to the queues of those who consume it, and to no other', async (address) => {
  const [source = '', detailType = ''] = address.split('/');
  const { examples } = JSON.parse(readFileSync(join(schemas, `${address}.json`), 'utf8'));
  const listeners = listenersOf(address, examples[0]);
  for (const { name } of listeners) await hops.pause(name);
  const before = hops.bus.events.length;
  await put(source, detailType, examples[0]);
  await hops.bus.waitFor((event) => hops.bus.events.indexOf(event) >= before);

  const [event] = hops.bus.events.slice(before);
  expect(queuesOf(event?.id ?? '')).toEqual(queuesFor(listeners));
  for (const { name } of listeners) {
    await hops.sqs.send(new PurgeQueueCommand({ QueueUrl: hops.queueOf(name).url }));
    hops.resume(name);
  }
});

it('has events to bring', () => {
  expect(own.length).toBeGreaterThan(3);
});

it('brings no consumer but those of every event the next major version of an event it consumes', async () => {
  await put('fanbus.tasks', 'TaskRowsRead.v2', {});
  const { id } = await hops.bus.waitFor((event) => event['detail-type'] === 'TaskRowsRead.v2');
  expect(queuesOf(id)).toEqual(queuesFor(listenersOf('fanbus.tasks/TaskRowsRead.v2', {})));
});

it('brings no consumer what another source says under the name of one of our events', async () => {
  await put('somebody.else', 'TaskRowsRead.v1', {});
  const { id } = await hops.bus.waitFor((event) => event.source === 'somebody.else');
  expect(queuesOf(id)).toEqual([]);
});

it('takes to our bus what our bucket says, and not what another one does', async () => {
  const Bucket = 'of-somebody-else';
  await hops.s3.send(new CreateBucketCommand({ Bucket }));
  const NotificationConfiguration = { EventBridgeConfiguration: {} };
  await hops.s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));
  const unmatched = hops.next('unmatched', ({ rule }) => rule === hops.names.uploadsRule);
  const object = { Bucket, Key: 'task-files/ada/other.csv', Body: plainCsv(1) };
  await hops.s3.send(new PutObjectCommand(object));

  const said = await hops.defaultBus.waitFor((event) => keyOf(event) === object.Key);
  expect(await unmatched).toMatchObject({
    eventId: said.id,
    clause: expect.stringContaining(hops.names.uploadsBucket),
  });
});

it('tries a throttled queue again until it takes the event, once', async () => {
  const rule = hops.names.rule('complete-task-file', 1);
  undo.push(hops.aws.faults.inject({ hop: 'rule', effect: 'throttle', subject: rule, times: 3 }));
  const delivered = hops.next('delivered', (one) => one.rule === rule);
  const stop = hops.aws.observations.on('faulted', () => setImmediate(() => hops.aws.clock.advance(10_000)));
  undo.push(stop);
  const key = await hops.upload(plainCsv(3), 'throttled.csv');

  expect(await delivered).toMatchObject({ attempt: 4 });
  await hops.untilQuiet();
  expect(await hops.files(key)).toMatchObject([{ status: 'COMPLETED', created: 3 }]);
  expect(await hops.takeDeadLetters('complete-task-file')).toEqual([]);
});

it('puts an event whose queue is gone into the dead-letter queue with the reason; put back, it is handled', async () => {
  const { names } = hops;
  const name = 'complete-task-file';
  const Rule = names.rule(name, 1);
  const putRight = await hops.misdirect({ Rule, EventBusName: names.bus });
  const lost = hops.next('dead-lettered', ({ queue }) => queue === names.deadLetters(name));
  const key = await hops.upload(plainCsv(3), 'gone.csv');
  expect(await lost).toMatchObject({ door: 'rule', reason: expect.stringContaining('NO_RESOURCE') });
  await hops.untilQuiet();
  expect(await hops.files(key)).toMatchObject([{ status: 'IN_PROGRESS', progress: { complete: true } }]);

  const [letter, ...others] = await hops.takeDeadLetters(name);
  expect(others).toEqual([]);
  expect(letter?.MessageAttributes).toMatchObject({
    RULE_ARN: { StringValue: expect.stringContaining(`rule/${names.bus}/${Rule}`) },
    TARGET_ARN: { StringValue: expect.stringContaining(`${names.consumer(name)}-that-is-gone`) },
    ERROR_CODE: { StringValue: 'NO_RESOURCE' },
    RETRY_ATTEMPTS: { StringValue: '0' },
  });
  const event = hops.chainOf(key).find((one) => one['detail-type'] === 'TaskFileCompleted.v1');
  expect(JSON.parse(letter?.Body ?? '')).toEqual(event);

  await putRight();
  await hops.send(name, letter?.Body ?? '');
  await hops.untilQuiet();
  expect(await hops.files(key)).toMatchObject([{ status: 'COMPLETED', created: 3 }]);
});
