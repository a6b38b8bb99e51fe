import { gunzipSync } from 'node:zlib';
import {
  DescribeReplayCommand,
  EventBridgeClient,
  PutEventsCommand,
  StartReplayCommand,
} from '@aws-sdk/client-eventbridge';
import { GetObjectCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import type { Queue } from '../../tools/local/queue/queues.ts';
import { clientSettings } from '../tools/local/client-settings.ts';
import { openTasksFlow, plainCsv, type TasksFlow } from './open-tasks-flow.ts';

const recorder = 'record-analytics';

let flow: TasksFlow;
let events: EventBridgeClient;
let queue: Queue;
/** Messages that the poller has and that did not come to an end yet. */
let inHand = 0;
beforeAll(async () => {
  flow = await openTasksFlow({ overrides: { 'read-task-file': { environment: { ROWS_PER_EVENT: '1' } } } });
  flow.resume(recorder);
  const { aws, names } = flow;
  events = new EventBridgeClient(clientSettings(aws));
  const arn = `arn:aws:sqs:${aws.region}:${aws.accountId}:${names.consumer(recorder)}`;
  queue = aws.queues.byArn(arn) ?? expect.fail(`no queue ${arn}`);
  aws.observations.on('received', (one) => {
    if (one.queue === queue.name) inHand += one.messageIds.length;
  });
  aws.observations.on('settled', (one) => {
    if (one.queue === queue.name) inHand -= one.done.length + one.failed.length;
  });
});
afterAll(async () => {
  events.destroy();
  await flow.close();
});

it('records what was said once, though its function dies, messages come twice and all is said again', async () => {
  const { aws, names } = flow;
  const said = new Map<string, number>();
  aws.observations.on('published', ({ bus, source, detailType }) => {
    if (bus === names.bus && source.startsWith('fanbus.'))
      said.set(detailType, (said.get(detailType) ?? 0) + 1);
  });
  const faults = [
    aws.faults.inject({ hop: 'queue', effect: 'duplicate', subject: names.consumer(recorder), times: 20 }),
    aws.faults.inject({ hop: 'function', effect: 'crash', subject: recorder, times: 1 }),
    aws.faults.inject({
      hop: 'rule',
      effect: 'duplicate',
      subject: names.rule(recorder, 1),
      probability: 0.3,
    }),
  ];
  onTestFinished(() => {
    for (const heal of faults) heal();
  });
  const startedAt = aws.clock.now();
  await flow.upload(plainCsv(50));
  await flow.upload('no title\n', 'failing.csv');
  await flow.untilQuiet();
  await untilRecorded();

  const lines = await readLines();
  expect(new Set(lines.map(({ eventId }) => eventId)).size).toBe(lines.length);
  const recorded = Map.groupBy(lines, ({ type }) => type);
  expect(new Map([...recorded].map(([type, group]) => [type, group.length]))).toEqual(said);
  expect(said).toEqual(
    new Map([
      ['TaskRowsRead.v1', 50],
      ['TaskFileFailed.v1', 1],
      ['TaskFileCompleted.v1', 1],
    ]),
  );
  expect(recorded.get('TaskFileCompleted.v1')).toMatchObject([
    { source: 'fanbus.tasks', data: { total: 50, created: 50 } },
  ]);

  await replay(startedAt);
  await flow.untilQuiet();
  await untilRecorded();
  expect(await readLines()).toEqual(lines);
});

it('parks what is no event of ours, with the reason', async () => {
  const entry = {
    EventBusName: flow.names.bus,
    Source: 'fanbus.tasks',
    DetailType: 'Bare.v1',
    Detail: '{"n":1}',
  };
  await events.send(new PutEventsCommand({ Entries: [entry] }));
  await untilRecorded();
  expect(await flow.deadLetters(recorder)).toMatchObject([
    {
      Body: expect.stringContaining('"detail":{"n":1}'),
      MessageAttributes: {
        REASON: { StringValue: 'the detail of fanbus.tasks/Bare.v1 is not valid' },
        ERROR: { StringValue: "/ must have required property 'metadata', but is an object of n" },
      },
    },
  ]);
});

/** Resolves when the recorder's queue is empty. Steps the clock past the window that a batch waits, or the time that a message is hidden. */
async function untilRecorded(): Promise<void> {
  while (true) {
    const { visible, inFlight } = queue.depth();
    if (visible + inFlight === 0) return;
    const moved = Promise.withResolvers<void>();
    const stops = (['received', 'settled'] as const).map((kind) =>
      flow.aws.observations.on(kind, (one) => {
        if (one.queue === queue.name) moved.resolve();
      }),
    );
    if (inHand > 0) flow.aws.clock.advance(10_000);
    else if (visible === 0) flow.aws.clock.advance(400_000);
    await moved.promise;
    for (const stop of stops) stop();
  }
}

/** Says again all that was said since. */
async function replay(since: number): Promise<void> {
  const { aws, names } = flow;
  const inRegion = `arn:aws:events:${aws.region}:${aws.accountId}`;
  const ReplayName = 'all-again';
  await events.send(
    new StartReplayCommand({
      ReplayName,
      EventSourceArn: `${inRegion}:archive/${names.archive}`,
      Destination: { Arn: `${inRegion}:event-bus/${names.bus}` },
      EventStartTime: new Date(since - 1_000),
      EventEndTime: new Date(aws.clock.now() + 1_000),
    }),
  );
  while ((await events.send(new DescribeReplayCommand({ ReplayName }))).State !== 'COMPLETED');
}

interface Line {
  readonly eventId: string;
  readonly source: string;
  readonly type: string;
  readonly data: object;
}

async function readLines(): Promise<readonly Line[]> {
  const Bucket = flow.names.analyticsBucket;
  const lines: Line[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client: flow.s3 }, { Bucket })) {
    for (const { Key } of Contents) {
      const { Body } = await flow.s3.send(new GetObjectCommand({ Bucket, Key }));
      const text = gunzipSync((await Body?.transformToByteArray()) ?? '').toString();
      lines.push(
        ...text
          .split('\n')
          .slice(0, -1)
          .map((line) => JSON.parse(line)),
      );
    }
  }
  return lines.sort((a, b) => (a.eventId < b.eventId ? -1 : 1));
}
