import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Queue } from '../../../../tools/local/queue/queues.ts';
import { user } from '../../../../tools/local/wire/callers.ts';
import { type OpenFunctions, openFunctions } from './open-functions.ts';
import { openRendezvous } from './rendezvous.ts';

let aws: OpenFunctions;
beforeAll(async () => {
  aws = await openFunctions();
  // Fails what says so; otherwise done. Its log tells what it was given.
  await aws.addFunction('picky', recording('return { batchItemFailures: failing };'));
  await aws.addFunction('strict', recording('if (failing.length > 0) throw new Error("no");'));
  for (const name of ['crashing', 'throttled'])
    await aws.addFunction(name, recording('return { batchItemFailures: failing };'));
});
afterAll(() => aws.close());

const settled = (
  queue: Queue,
  predicate: (seen: { done: readonly string[]; failed: readonly string[] }) => boolean = () => true,
) => aws.observations.waitFor('settled', (seen) => seen.queue === queue.name && predicate(seen));

const send = (queue: Queue, body: string) => queue.send({ body }, user).messageId;

/** The events that a function's invocations for this queue were given, oldest first. */
function eventsOf(queue: Queue, functionName: string): { Records: Record<string, unknown>[] }[] {
  return aws.logs
    .lines(`/aws/lambda/${functionName}`)
    .flatMap(({ message }) => /EVENT (.*)/.exec(message)?.[1] ?? [])
    .map((json) => JSON.parse(json))
    .filter(({ Records }) => Records[0].eventSourceARN === queue.arn);
}

const bodiesOf = (queue: Queue, functionName: string) =>
  eventsOf(queue, functionName).map(({ Records }) => Records.map(({ body }) => body));

describe('a batch', () => {
  it('holds records as SQS and Lambda write them, in their order of keys', async () => {
    const queue = await aws.addQueue('records');
    queue.send({ body: 'plain' }, user);
    queue.send({ body: '{"é":1}', attributes: { Color: { DataType: 'String', StringValue: 'red' } } }, user);
    await aws.map(queue, 'picky');
    await settled(queue);
    const [event] = eventsOf(queue, 'picky');
    expect(event?.Records).toHaveLength(2);
    const [plain, coloured] = event?.Records ?? [];
    expect(Object.keys(plain ?? {})).toEqual([
      'messageId',
      'receiptHandle',
      'body',
      'attributes',
      'messageAttributes',
      'md5OfBody',
      'eventSource',
      'eventSourceARN',
      'awsRegion',
    ]);
    expect(plain).toMatchObject({
      body: 'plain',
      messageAttributes: {},
      md5OfBody: createHash('md5').update('plain').digest('hex'),
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:records',
      awsRegion: 'us-east-1',
    });
    expect(Object.keys((plain?.attributes ?? {}) as object)).toEqual([
      'ApproximateReceiveCount',
      'SentTimestamp',
      'SenderId',
      'ApproximateFirstReceiveTimestamp',
    ]);
    expect(Object.keys(coloured ?? {})[5]).toBe('md5OfMessageAttributes');
    expect(coloured?.messageAttributes).toEqual({
      Color: { stringValue: 'red', stringListValues: [], binaryListValues: [], dataType: 'String' },
    });
  });

  it('has no more messages than its size', async () => {
    const queue = await aws.addQueue('sized');
    for (let n = 0; n < 7; n += 1) send(queue, String(n));
    await aws.map(queue, 'picky', { BatchSize: 3 });
    await settled(queue, ({ done }) => done.length === 1);
    await aws.functions.pausePolling(queue.arn);
    const sizes = bodiesOf(queue, 'picky').map(({ length }) => length);
    expect(sizes.toSorted()).toEqual([1, 3, 3]);
    expect(queue.depth()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  it('waits out its window to become fuller, then says null where there are no attributes', async () => {
    const queue = await aws.addQueue('windowed');
    await aws.map(queue, 'picky', { BatchSize: 20, MaximumBatchingWindowInSeconds: 10 });
    const received = (count: number) =>
      aws.observations.waitFor(
        'received',
        (seen) => seen.queue === 'windowed' && seen.messageIds.length === count,
      );
    for (let n = 0; n < 3; n += 1) send(queue, 'early');
    await received(3);
    for (let n = 0; n < 2; n += 1) send(queue, 'late');
    await received(2);
    expect(bodiesOf(queue, 'picky')).toEqual([]);
    aws.clock.advance(10_000);
    await settled(queue);
    expect(bodiesOf(queue, 'picky')).toEqual([['early', 'early', 'early', 'late', 'late']]);
    expect(eventsOf(queue, 'picky')[0]?.Records[0]).toHaveProperty('md5OfMessageAttributes', null);
  });

  it('goes before its window ends when it is full, by several receives', async () => {
    const queue = await aws.addQueue('full');
    for (let n = 0; n < 25; n += 1) send(queue, String(n));
    await aws.map(queue, 'picky', { BatchSize: 25, MaximumBatchingWindowInSeconds: 300 });
    const { done } = await settled(queue);
    expect(done).toHaveLength(25);
  });

  it('is cut where a payload would exceed 6 MB, and the rest follows', async () => {
    const queue = await aws.addQueue('heavy');
    for (let n = 0; n < 8; n += 1) send(queue, 'x'.repeat(1_000_000));
    await aws.addFunction(
      'lengths',
      'exports.handler = async ({ Records }) => { console.log("LENGTH " + Records.length); };',
      {
        MemorySize: 512,
      },
    );
    await aws.map(queue, 'lengths', { BatchSize: 10 });
    await settled(queue, ({ done }) => done.length === 6);
    await settled(queue, ({ done }) => done.length === 2);
    expect(queue.depth()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });
});

describe('the end of a batch', () => {
  it('keeps only the failed messages, hidden until their visibility timeout ends', async () => {
    const queue = await aws.addQueue('partial', { VisibilityTimeout: 30 });
    const ids = ['good', 'fail', 'fine'].map((body) => send(queue, body));
    await aws.map(queue, 'picky', { FunctionResponseTypes: ['ReportBatchItemFailures'] });
    expect(await settled(queue)).toMatchObject({ done: [ids[0], ids[2]], failed: [ids[1]] });
    expect(queue.depth()).toEqual({ visible: 0, inFlight: 1, delayed: 0 });
    aws.clock.advance(30_000);
    await settled(queue, ({ done }) => done.length === 0);
    const again = eventsOf(queue, 'picky')[1]?.Records[0];
    const first = eventsOf(queue, 'picky')[0]?.Records[1];
    expect(again).toMatchObject({ messageId: ids[1], attributes: { ApproximateReceiveCount: '2' } });
    expect(again?.receiptHandle).not.toBe(first?.receiptHandle);
  });

  it('deletes everything when item failures are not asked for', async () => {
    const queue = await aws.addQueue('unasked');
    send(queue, 'fail');
    await aws.map(queue, 'picky');
    expect(await settled(queue)).toMatchObject({ failed: [] });
    expect(queue.depth()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  it('keeps the whole batch on an error, until redrive takes it after exactly maxReceiveCount invocations', async () => {
    const deadLetters = await aws.addQueue('strict-dlq');
    const queue = await aws.addQueue('strict', {
      RedrivePolicy: { deadLetterTargetArn: deadLetters.arn, maxReceiveCount: 3 },
    });
    const ids = [send(queue, 'good'), send(queue, 'fail')];
    await aws.map(queue, 'strict', { FunctionResponseTypes: ['ReportBatchItemFailures'] });
    for (let receive = 1; receive <= 3; receive += 1) {
      await untilInvocations(queue, 'strict', receive);
      aws.clock.advance(30_000);
    }
    for (const id of ids) {
      await aws.observations.waitFor(
        'dead-lettered',
        (seen) => seen.messageId === id && seen.door === 'redrive',
      );
    }
    expect(bodiesOf(queue, 'strict')).toEqual(Array(3).fill(['good', 'fail']));
    expect(deadLetters.depth().visible).toBe(2);
  });

  it('gives back a batch whose environment crashed between effect and acknowledgement', async () => {
    const queue = await aws.addQueue('crashed');
    const id = send(queue, 'good');
    aws.faults.inject({ hop: 'function', effect: 'crash', subject: 'crashing', times: 1 });
    await aws.map(queue, 'crashing', { FunctionResponseTypes: ['ReportBatchItemFailures'] });
    expect(await settled(queue)).toMatchObject({ done: [], failed: [id] });
    aws.clock.advance(30_000);
    await settled(queue, ({ done }) => done.includes(id));
    expect(bodiesOf(queue, 'crashing')).toEqual([['good'], ['good']]);
  });

  it('hands a throttled batch over again within its visibility timeout', async () => {
    const queue = await aws.addQueue('throttled');
    const id = send(queue, 'good');
    aws.faults.inject({ hop: 'function', effect: 'throttle', subject: 'throttled', times: 2 });
    await aws.map(queue, 'throttled');
    expect(await settled(queue)).toMatchObject({ done: [id] });
    expect(eventsOf(queue, 'throttled')[0]?.Records[0]?.attributes).toMatchObject({
      ApproximateReceiveCount: '1',
    });
  });
});

describe('concurrency', () => {
  it.each([
    ['five invocations by default', {}, 5],
    ['as many as the mapping allows', { ScalingConfig: { MaximumConcurrency: 2 } }, 2],
  ])('is %s', async (title, properties, expected) => {
    const name = title.split(' ')[0] ?? '';
    const queue = await aws.addQueue(name);
    // Fewer at the same time would wait for ever.
    await using meeting = await openRendezvous(expected);
    await aws.addFunction(name, meeting.handler);
    const inFlight: number[] = [];
    const stop = aws.observations.on('received', () => inFlight.push(queue.depth().inFlight));
    for (let n = 0; n < 40; n += 1) send(queue, String(n));
    await aws.map(queue, name, { BatchSize: 1, ...properties });
    await untilInvocations(queue, name, 40);
    stop();
    expect(Math.max(...inFlight)).toBe(expected);
  });

  it('uses idle environments before it starts new ones', async () => {
    const runs = aws.observations
      .recent()
      .filter((seen) => seen.kind === 'invoked' && seen.function === 'five');
    expect(runs).toHaveLength(40);
    expect(runs.filter((seen) => seen.kind === 'invoked' && seen.coldStart)).toHaveLength(5);
  });
});

describe('pausing', () => {
  it('settles what was taken and takes no more until it is resumed', async () => {
    const queue = await aws.addQueue('paused');
    await aws.map(queue, 'picky', { BatchSize: 10, MaximumBatchingWindowInSeconds: 300 });
    const taken = send(queue, 'taken');
    await aws.observations.waitFor('received', (seen) => seen.queue === 'paused');
    await aws.functions.pausePolling(queue.arn);
    expect(await settled(queue)).toMatchObject({ done: [taken] });
    const waiting = send(queue, 'waiting');
    await aws.functions.pausePolling();
    expect(queue.depth().visible).toBe(1);
    aws.functions.resumePolling();
    await aws.observations.waitFor('received', (seen) => seen.messageIds.includes(waiting));
    await aws.functions.pausePolling(queue.arn);
    await settled(queue, ({ done }) => done.includes(waiting));
  });
});

/** Resolves when so many batches of this queue have been settled. */
function untilInvocations(queue: Queue, functionName: string, count: number) {
  return aws.observations.waitFor('settled', (seen) => {
    if (seen.queue !== queue.name || seen.function !== functionName) return false;
    return (
      aws.observations.recent().filter((each) => each.kind === 'settled' && each.queue === queue.name)
        .length >= count
    );
  });
}

function recording(after: string): string {
  return `exports.handler = async (event) => {
    process.stdout.write('EVENT ' + JSON.stringify(event) + '\\n');
    const failing = event.Records.filter(({ body }) => body === 'fail').map(({ messageId }) => ({ itemIdentifier: messageId }));
    ${after}
  };`;
}
