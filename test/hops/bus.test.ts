import {
  DescribeArchiveCommand,
  DescribeReplayCommand,
  PutEventsCommand,
  StartReplayCommand,
} from '@aws-sdk/client-eventbridge';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { taskFileFailedV1 } from '../../generated/events/task-file-failed-v1.ts';
import type { DataOf, Envelope } from '../../services/runtime/event.ts';
import { metadataOf } from '../../services/runtime/metadata.ts';
import { createPublisher } from '../../services/runtime/publish.ts';
import { InvalidEventError, PublishError } from '../../services/runtime/publish-error.ts';
import { plainCsv } from '../flow/open-tasks-flow.ts';
import { type Hops, openHops } from './open-hops.ts';

let hops: Hops;
const undo: (() => void)[] = [];
beforeAll(async () => {
  hops = await openHops();
});
afterEach(() => {
  for (const step of undo.splice(0)) step();
});
afterAll(() => hops.close());

// No consumer hears TaskFileFailed: what is published here stays between the publisher and the bus.
const failure = (name: string): DataOf<'TaskFileFailed.v1'> => ({
  taskFileId: '5f0c9f3e-8a57-5d1c-9a43-0f6a1c2b3d4e',
  owner: 'ada',
  name,
  reason: 'it is empty',
});
const publisher = (busName = hops.names.bus) =>
  createPublisher({
    producer: { name: 'test', emits: ['TaskFileFailed.v1'] },
    busName,
    events: [taskFileFailedV1],
    client: hops.events,
    wait: () => Promise.resolve(),
  });
const nameOf = ({ detail }: Envelope) => (detail as { data?: { name?: string } }).data?.name;
const heard = (prefix: string) =>
  hops.bus.events.map(nameOf).filter((name): name is string => name?.startsWith(prefix) ?? false);

it('is given no event that its schema refuses, nor any that was to go along with it', async () => {
  const { publish } = publisher();
  const wrong = { ...failure('wrong-2'), reason: 42 } as unknown as DataOf<'TaskFileFailed.v1'>;
  const refused = publish('TaskFileFailed.v1', [failure('wrong-1'), wrong]);
  await expect(refused).rejects.toThrow(InvalidEventError);
  await expect(refused).rejects.toThrow('/data/reason must be string, but is 42');

  await publish('TaskFileFailed.v1', failure('right'));
  await hops.bus.waitFor((event) => nameOf(event) === 'right');
  expect(heard('wrong')).toEqual([]);
});

it('that does not exist is refused by the publisher, though EventBridge says 200 and drops the event', async () => {
  const entry = { Source: 'fanbus.tasks', DetailType: 'TaskFileFailed.v1', Detail: '{}' };
  const answer = await hops.events.send(
    new PutEventsCommand({ Entries: [{ ...entry, EventBusName: 'fanbus-nowhere' }] }),
  );
  expect(answer).toMatchObject({
    $metadata: { httpStatusCode: 200 },
    FailedEntryCount: 0,
    Entries: [{ EventId: expect.any(String) }],
  });
  await expect(publisher('fanbus-nowhere').publish('TaskFileFailed.v1', failure('nowhere'))).rejects.toThrow(
    'there is no event bus "fanbus-nowhere"',
  );
});

it('that throttles some entries of a request gets those again and none twice', async () => {
  undo.push(
    hops.aws.faults.inject({ hop: 'bus', effect: 'throttle', subject: 'some-', probability: 0.4, times: 9 }),
  );
  const names = Array.from({ length: 25 }, (_, n) => `some-${n}`);
  const ids = await publisher().publish('TaskFileFailed.v1', names.map(failure));

  const byId = (id: string) => (event: Envelope) => metadataOf(event)?.eventId === id;
  const events = await Promise.all(ids.map((id) => hops.bus.waitFor(byId(id))));
  expect(events.map(nameOf)).toEqual(names);
  expect(heard('some-').toSorted()).toEqual(names.toSorted());
  expect(hops.aws.observations.recent().map(({ kind }) => kind)).toContain('faulted');
});

it('that goes on throttling an entry leaves that one out, and the publisher names it', async () => {
  undo.push(hops.aws.faults.inject({ hop: 'bus', effect: 'throttle', subject: 'often-3' }));
  const names = Array.from({ length: 5 }, (_, n) => `often-${n}`);
  const error = await publisher()
    .publish('TaskFileFailed.v1', names.map(failure))
    .catch((thrown: unknown) => thrown);

  expect(error).toBeInstanceOf(PublishError);
  expect(error).toMatchObject({
    message: expect.stringContaining('1 of 5 events were not published'),
    left: [{ index: 3, type: 'TaskFileFailed.v1', code: 'ThrottlingException' }],
  });
  await hops.bus.waitFor((event) => nameOf(event) === 'often-4');
  expect(heard('often-')).toEqual(names.filter((name) => name !== 'often-3'));
});

it('carries one chain and one trace from an upload to its completion, each event naming the one before', async () => {
  // The row is put back apart once, so that the chain has a child.
  undo.push(hops.aws.faults.inject({ hop: 'fan-in', effect: 'throttle', subject: '"Task 5"', times: 4 }));
  const key = await hops.upload(plainCsv(3_000), 'chain.csv');
  await hops.untilQuiet();

  const [upload, ...events] = hops.chainOf(key);
  const metadata = events.map((event) => metadataOf(event));
  const distinct = (field: (one: (typeof metadata)[number]) => unknown) => new Set(metadata.map(field));
  expect(distinct((one) => one?.correlationId)).toEqual(new Set([upload?.id]));
  expect(distinct((one) => one?.traceparent?.split('-')[1]).size).toBe(1);
  expect(distinct((one) => one?.eventId).size).toBe(events.length);

  const typeOf = (id: string | undefined) =>
    [upload, ...events].find((event) => event && (metadataOf(event)?.eventId ?? event.id) === id)?.[
      'detail-type'
    ];
  const steps = events.map((event) => `${typeOf(metadataOf(event)?.causationId)} → ${event['detail-type']}`);
  expect(new Set(steps.slice(0, -1))).toEqual(
    new Set(['Object Created → TaskRowsRead.v1', 'TaskRowsRead.v1 → TaskRowsRead.v1']),
  );
  // By whoever comes last: the reader, or the worker with the child.
  expect(steps.at(-1)).toMatch(/^(Object Created|TaskRowsRead\.v1) → TaskFileCompleted\.v1$/);
});

it('keeps all that was said on it in its archive, and saying it again changes nothing', async () => {
  const startedAt = hops.aws.clock.now();
  const key = await hops.upload(plainCsv(200), 'replayed.csv');
  await hops.untilQuiet();
  const before = await hops.files(key);
  const said = hops.chainOf(key);

  const { ArchiveArn, EventCount } = await hops.events.send(
    new DescribeArchiveCommand({ ArchiveName: hops.names.archive }),
  );
  expect(EventCount).toBe(hops.bus.events.length);
  const ReplayName = 'everything-since';
  await hops.events.send(
    new StartReplayCommand({
      ReplayName,
      EventSourceArn: ArchiveArn,
      Destination: {
        Arn: `arn:aws:events:${hops.aws.region}:${hops.aws.accountId}:event-bus/${hops.names.bus}`,
      },
      EventStartTime: new Date(startedAt - 1_000),
      EventEndTime: new Date(hops.aws.clock.now() + 1_000),
    }),
  );
  const isReplay = (event: Envelope) => event['replay-name'] === ReplayName;
  for (const { id } of said) await hops.bus.waitFor((event) => isReplay(event) && event.id === id);
  await hops.untilQuiet();

  expect(await hops.files(key)).toEqual(before);
  expect(await hops.tasks(before[0]?.taskFileId ?? '')).toHaveLength(200);
  for (const consumer of ['read-task-file', 'create-tasks', 'complete-task-file']) {
    expect(await hops.takeDeadLetters(consumer), consumer).toEqual([]);
  }
  const { State } = await hops.events.send(new DescribeReplayCommand({ ReplayName }));
  expect(State).toBe('COMPLETED');
  const after = await hops.events.send(new DescribeArchiveCommand({ ArchiveName: hops.names.archive }));
  expect(after.EventCount).toBe(EventCount);
});
