import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Subscription, subscriptionDefaults } from '../../services/runtime/subscription.ts';
import { subscription as completeTaskFile } from '../../services/tasks/complete-task-file/subscription.ts';
import { subscription as createTasks } from '../../services/tasks/create-tasks/subscription.ts';
import { subscription as readTaskFile } from '../../services/tasks/read-task-file/subscription.ts';
import { plainCsv } from '../flow/open-tasks-flow.ts';
import { type Hops, openHops } from './open-hops.ts';

const consumers: readonly Subscription[] = [readTaskFile, createTasks, completeTaskFile];

let hops: Hops;
const undo: (() => void)[] = [];
beforeAll(async () => {
  hops = await openHops();
});
afterEach(() => {
  for (const step of undo.splice(0)) step();
});
afterAll(() => hops.close());

it.each(consumers.map((consumer) => [consumer.name, consumer] as const))(
  'of %s hides a message for longer than any invocation takes, and lets it fail five times',
  async (name, { function: limits, batch }) => {
    const { Attributes } = await hops.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: hops.queueOf(name).url, AttributeNames: ['All'] }),
    );
    const { timeoutSeconds, windowSeconds } = { ...subscriptionDefaults, ...limits, ...batch };
    expect(Number(Attributes?.VisibilityTimeout)).toBeGreaterThanOrEqual(6 * timeoutSeconds + windowSeconds);
    const { maxReceiveCount, deadLetterTargetArn } = JSON.parse(Attributes?.RedrivePolicy ?? '');
    expect(maxReceiveCount).toBeGreaterThanOrEqual(5);
    expect(deadLetterTargetArn).toBe(`${hops.queueOf(name).arn}-dlq`);
  },
);

describe('a message that kills its function every time', () => {
  it('goes to the dead-letter queue as it is after five receives; put back, it is handled', async () => {
    const name = 'complete-task-file';
    const { names, aws } = hops;
    const subject = names.consumer(name);
    undo.push(aws.faults.inject({ hop: 'function', effect: 'crash', subject, afterRequests: 1 }));
    const tries: string[] = [];
    undo.push(
      aws.observations.on('settled', ({ queue, failed }) => {
        if (queue === subject) tries.push(...failed);
      }),
    );
    const moved = hops.next('dead-lettered', ({ queue }) => queue === names.deadLetters(name));
    const key = await hops.upload(plainCsv(3), 'killer.csv');
    await hops.untilQuiet();

    expect(await moved).toMatchObject({ door: 'redrive', messageId: tries[0] });
    expect(tries).toEqual(Array(5).fill(tries[0]));
    expect(await hops.files(key)).toMatchObject([{ status: 'IN_PROGRESS', progress: { complete: true } }]);
    const [letter, ...others] = await hops.takeDeadLetters(name);
    expect(others).toEqual([]);
    expect(letter?.Attributes?.DeadLetterQueueSourceArn).toBe(hops.queueOf(name).arn);
    const event = hops.chainOf(key).find((one) => one['detail-type'] === 'TaskFileCompleted.v1');
    expect(JSON.parse(letter?.Body ?? '')).toEqual(event);

    for (const heal of undo.splice(0)) heal();
    await hops.send(name, letter?.Body ?? '');
    await hops.untilQuiet();
    expect(await hops.files(key)).toMatchObject([{ status: 'COMPLETED', created: 3 }]);
  });
});

describe('a consumer that is down', () => {
  it('keeps its messages and nobody else waiting, and catches up when it is back', async () => {
    await hops.pause('create-tasks');
    const arrived = hops.next('settled', ({ queue }) => queue === hops.names.consumer('read-task-file'));
    const slow = await hops.upload(plainCsv(500), 'slow.csv');
    await arrived;
    expect(await hops.files(slow)).toMatchObject([
      { status: 'IN_PROGRESS', rowsRead: 500, progress: { doneParts: 0, totals: {} } },
    ]);
    const parts = hops.chainOf(slow).filter((event) => event['detail-type'] === 'TaskRowsRead.v1');
    expect(parts.length).toBeGreaterThan(1);
    expect(hops.queueOf('create-tasks').depth()).toMatchObject({ visible: parts.length, inFlight: 0 });

    // A file without rows needs no worker: the reader and the last step go on as ever.
    const completed = hops.next(
      'settled',
      ({ queue }) => queue === hops.names.consumer('complete-task-file'),
    );
    const empty = await hops.upload('title\n', 'empty.csv');
    await completed;
    expect(await hops.files(empty)).toMatchObject([{ status: 'COMPLETED', total: 0 }]);

    hops.resume('create-tasks');
    await hops.untilQuiet();
    expect(await hops.files(slow)).toMatchObject([{ status: 'COMPLETED', created: 500 }]);
  });

  it('loses nothing of six days, and what it then cannot handle stays for another week', async () => {
    const name = 'complete-task-file';
    const day = 86_400_000;
    await hops.pause(name);
    const waiting = hops.next('enqueued', ({ queue }) => queue === hops.names.consumer(name));
    const key = await hops.upload(plainCsv(3), 'late.csv');
    await waiting;
    hops.aws.clock.advance(6 * day);
    undo.push(
      hops.aws.faults.inject({
        hop: 'function',
        effect: 'crash',
        subject: hops.names.consumer(name),
        afterRequests: 1,
      }),
    );
    hops.resume(name);
    await hops.untilQuiet();
    for (const heal of undo.splice(0)) heal();
    hops.aws.clock.advance(7 * day);

    const [letter] = await hops.takeDeadLetters(name);
    await hops.send(name, letter?.Body ?? '');
    await hops.untilQuiet();
    expect(await hops.files(key)).toMatchObject([{ status: 'COMPLETED', created: 3 }]);
  });
});

it('takes no message away from the others while one of them is poisoned', async () => {
  const name = 'complete-task-file';
  const { names } = hops;
  // It names a file that nobody knows: its handler can only try again.
  const stranger = {
    source: 'fanbus.tasks',
    'detail-type': 'TaskFileCompleted.v1',
    id: 'b0b7b2a4-1c55-4a9e-8a0f-2d6f6f0c9a11',
    detail: {
      metadata: {
        eventId: '0199a4c6-3f10-7d2a-9b1e-5c0d8e7f6a12',
        correlationId: 'stranger',
        occurredAt: '2026-11-21T09:30:00.000Z',
        producer: 'test',
      },
      data: {
        taskFileId: '5f0c9f3e-8a57-5d1c-9a43-0f6a1c2b3d4e',
        owner: 'ada',
        name: 'stranger.csv',
        total: 1,
        created: 1,
        rejected: 0,
        failed: 0,
      },
    },
  };
  await hops.send(name, JSON.stringify(stranger));
  const keys = await Promise.all([1, 2, 3].map((n) => hops.upload(plainCsv(n), `beside-${n}.csv`)));
  await hops.untilQuiet();

  for (const [n, key] of keys.entries()) {
    expect(await hops.files(key)).toMatchObject([{ status: 'COMPLETED', created: n + 1 }]);
  }
  const letters = await hops.takeDeadLetters(name);
  expect(letters.map(({ Body }) => JSON.parse(Body ?? ''))).toEqual([stranger]);
  expect(letters[0]?.Attributes?.DeadLetterQueueSourceArn).toContain(names.consumer(name));
});
