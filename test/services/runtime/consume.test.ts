import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { objectCreated } from '../../../generated/events/object-created.ts';
import { ownEvent } from '../../../generated/events/own-event.ts';
import { taskFileCompletedV1 } from '../../../generated/events/task-file-completed-v1.ts';
import { consume, type EventConsumerOptions } from '../../../services/runtime/consume.ts';
import { consumeBatch } from '../../../services/runtime/consume-batch.ts';
import type { EventOf } from '../../../services/runtime/event.ts';
import { done, park, retry } from '../../../services/runtime/outcome.ts';
import type { Subscription } from '../../../services/runtime/subscription.ts';
import { type LocalAws, startLocalAws } from '../../../tools/local/start-local-aws.ts';
import { openQueue } from './open-queue.ts';
import { createRecordedLog } from './recorded-log.ts';
import { completed, completedEvent, objectCreatedEvent } from './task-events.ts';

const subscription = {
  name: 'watch-files',
  description: 'Watches files.',
  consumes: [{ event: 'fanbus.tasks/TaskFileCompleted.v1' }, { event: 'aws.s3/Object Created' }],
  emits: [],
} as const satisfies Subscription;
const events = [taskFileCompletedV1, objectCreated];

let aws: LocalAws;

beforeAll(async () => {
  aws = await startLocalAws();
});

afterAll(async () => {
  await aws.close();
});

type Options = Partial<EventConsumerOptions<typeof subscription>>;

async function open({ handle = async () => done(), ...options }: Options = {}) {
  const queue = await openQueue(aws);
  const { log, lines } = createRecordedLog();
  const handler = consume({
    subscription,
    environment: queue.environment,
    events,
    handle,
    sqs: queue.sqs,
    clock: aws.clock,
    log,
    random: () => 0,
    ...options,
  });
  return { ...queue, lines, poll: () => queue.poll(handler) };
}

/** The event with another file name: tells messages apart. */
const named = (name: string) => ({
  ...completedEvent,
  detail: { ...completedEvent.detail, data: { ...completed, name } },
});

describe('a message', () => {
  it('is acknowledged when it is done, and the handler saw its event', async () => {
    const seen: unknown[] = [];
    const { send, poll, lines } = await open({
      handle: async (event, { receiveCount, isLastReceive, remainingMs, requestId }) => {
        seen.push(event['detail-type'], receiveCount, isLastReceive, remainingMs(), requestId);
        return done();
      },
    });
    await send(completedEvent);
    expect(await poll()).toEqual({ received: 1, failed: 0 });
    expect(seen).toEqual(['TaskFileCompleted.v1', 1, false, 60_000, 'request-1']);
    expect(lines).toMatchObject([
      {
        level: 'info',
        message: 'batch handled',
        fields: [
          {
            requestId: 'request-1',
            messages: 1,
            done: 1,
            retried: 0,
            parked: 0,
            correlationIds: ['chain-1'],
            events: [completedEvent.detail.metadata.eventId],
          },
        ],
      },
    ]);
  });

  it('may carry fields that its schema does not know', async () => {
    const { send, poll, deadLetters } = await open();
    await send({ ...objectCreatedEvent, detail: { ...objectCreatedEvent.detail, 'new-field': 1 } });
    expect(await poll()).toEqual({ received: 1, failed: 0 });
    expect(await deadLetters()).toEqual([]);
  });

  it('fails alone', async () => {
    const { send, poll } = await open({
      handle: async (event) => {
        if (event['detail-type'] === 'Object Created') throw new Error('no such bucket');
        return done();
      },
    });
    await send(named('a'), objectCreatedEvent, named('b'));
    expect(await poll()).toEqual({ received: 3, failed: 1 });
  });
});

describe('a retried message', () => {
  it('comes back after a backoff that doubles, not after the visibility timeout', async () => {
    const { send, poll, lines } = await open({ handle: async () => retry('the table is busy') });
    await send(completedEvent);
    for (const seconds of [2, 4, 8, 16]) {
      expect(await poll()).toEqual({ received: 1, failed: 1 });
      aws.clock.advance((seconds - 1) * 1000);
      expect(await poll()).toEqual({ received: 0, failed: 0 });
      aws.clock.advance(1000);
    }
    expect(lines[0]).toMatchObject({
      level: 'warn',
      message: 'message failed',
      fields: [
        { requestId: 'request-1', correlationId: 'chain-1', receiveCount: 1, reason: 'the table is busy' },
      ],
    });
  });

  it('comes back when its handler asks for it', async () => {
    const { send, poll } = await open({ handle: async () => retry('too early', { afterSeconds: 60 }) });
    await send(completedEvent);
    await poll();
    aws.clock.advance(59_000);
    expect(await poll()).toMatchObject({ received: 0 });
    aws.clock.advance(1000);
    expect(await poll()).toMatchObject({ received: 1 });
  });

  it('goes by redrive to the dead-letter queue when its last receive fails', async () => {
    const { send, poll, deadLetters, lines } = await open({
      handle: async (_event, { isLastReceive, receiveCount }) => {
        expect(isLastReceive).toBe(receiveCount === 5);
        return retry('never');
      },
    });
    await send(completedEvent);
    for (let receive = 1; receive <= 5; receive += 1) {
      expect(await poll()).toMatchObject({ received: 1, failed: 1 });
      if (receive < 5) aws.clock.advance(60_000);
    }
    expect(await poll()).toMatchObject({ received: 0 });
    expect(await deadLetters()).toEqual([{ body: JSON.stringify(completedEvent), attributes: {} }]);
    expect(lines.find(({ level }) => level === 'error')?.message).toBe('message failed for the last time');
  });

  it('still comes back when SQS refuses the shorter wait', async () => {
    const { send, poll, lines } = await open({
      handle: async () => retry('busy', { afterSeconds: 1_000_000 }),
    });
    await send(completedEvent);
    expect(await poll()).toEqual({ received: 1, failed: 1 });
    expect(lines.map(({ message }) => message)).toContain(
      'messages come back only after the full visibility timeout',
    );
    aws.clock.advance(361_000);
    expect(await poll()).toMatchObject({ received: 1 });
  });
});

describe('a parked message', () => {
  it('stands in the dead-letter queue, its body unchanged, with the reason and the trace', async () => {
    const { send, poll, deadLetters } = await open({
      handle: async () => park('the owner is\u0000unknown', { error: new Error('404') }),
    });
    await send(completedEvent);
    expect(await poll()).toEqual({ received: 1, failed: 0 });
    expect(await deadLetters()).toEqual([
      {
        body: JSON.stringify(completedEvent),
        attributes: {
          REASON: 'the owner is\ufffdunknown',
          ERROR: 'Error: 404',
          CONSUMER: 'watch-files',
          MESSAGE_ID: expect.stringMatching(/^[0-9a-f-]{36}$/),
          RECEIVE_COUNT: '1',
          PARKED_AT: expect.stringMatching(/^\d{4}-.*Z$/),
          CORRELATION_ID: 'chain-1',
          TRACEPARENT: completedEvent.detail.metadata.traceparent,
        },
      },
    ]);
  });

  it.each([
    ['is no JSON', 'not { json', 'the body is no event', undefined],
    ['is no event', { hello: 'world' }, 'the body is no event', undefined],
    [
      'is of a type the consumer does not know',
      { ...completedEvent, 'detail-type': 'TaskFileFailed.v1' },
      'watch-files does not consume fanbus.tasks/TaskFileFailed.v1',
      undefined,
    ],
    [
      'breaks its schema',
      { ...completedEvent, detail: { ...completedEvent.detail, data: { ...completed, total: 'many' } } },
      'the detail of fanbus.tasks/TaskFileCompleted.v1 is not valid',
      '/data/total must be integer, but is "many"',
    ],
  ])('is one that %s, and the handler never sees it', async (_title, body, reason, error) => {
    const { send, poll, deadLetters } = await open({
      handle: async () => {
        throw new Error('handled');
      },
    });
    await send(body);
    expect(await poll()).toEqual({ received: 1, failed: 0 });
    const [letter] = await deadLetters();
    expect(letter?.attributes.REASON).toContain(reason);
    if (error) {
      expect(letter?.attributes).toMatchObject({ ERROR: error, CORRELATION_ID: 'chain-1' });
    }
  });

  it('is retried when the dead-letter queue does not take it', async () => {
    const queue = await openQueue(aws);
    const { log, lines } = createRecordedLog();
    const handler = consume({
      subscription,
      environment: { ...queue.environment, DEAD_LETTER_QUEUE_URL: `${aws.endpoint}/${aws.accountId}/gone` },
      events,
      handle: async () => park('bad'),
      sqs: queue.sqs,
      log,
    });
    await queue.send(completedEvent);
    expect(await queue.poll(handler)).toEqual({ received: 1, failed: 1 });
    expect(lines[0]).toMatchObject({
      fields: [{ reason: 'it could not be parked (bad)', error: expect.any(Error) }],
    });
  });
});

describe('a batch', () => {
  it('is handled together, each message with an outcome of its own', async () => {
    const queue = await openQueue(aws);
    const { log, lines } = createRecordedLog();
    const handler = consumeBatch({
      subscription,
      environment: queue.environment,
      events,
      sqs: queue.sqs,
      log,
      handleBatch: async (deliveries) => {
        const [first, second] = deliveries;
        return new Map([
          [first?.messageId ?? '', done()],
          [second?.messageId ?? '', park('second')],
        ]);
      },
    });
    await queue.send(named('a'), named('b'), named('c'), 'not json');
    expect(await queue.poll(handler)).toEqual({ received: 4, failed: 1 });
    expect(lines.at(-1)).toMatchObject({ fields: [{ messages: 4, done: 1, retried: 1, parked: 2 }] });
    expect(lines.find(({ level }) => level === 'warn')).toMatchObject({
      fields: [{ reason: 'the handler gave no outcome' }],
    });
    expect((await queue.deadLetters()).map(({ attributes }) => attributes.REASON).sort()).toEqual([
      'second',
      'the body is no event: JSON with id, source, detail-type, detail',
    ]);
  });

  it('is retried whole when its handler throws', async () => {
    const queue = await openQueue(aws);
    const handler = consumeBatch({
      subscription,
      environment: queue.environment,
      events,
      sqs: queue.sqs,
      log: createRecordedLog().log,
      handleBatch: async () => {
        throw new Error('out of memory');
      },
    });
    await queue.send(named('a'), named('b'));
    expect(await queue.poll(handler)).toEqual({ received: 2, failed: 2 });
  });
});

describe('a consumer of every event of ours', () => {
  const everything = { ...subscription, name: 'hear-all', consumes: [{ event: 'fanbus.*' }] } as const;

  it('is handed events of types that it knows nothing of, with their metadata checked', async () => {
    const { environment, sqs, send, poll, deadLetters } = await openQueue(aws);
    const { log } = createRecordedLog();
    const seen: unknown[] = [];
    const handler = consume({
      subscription: everything,
      environment,
      events: [ownEvent],
      handle: async ({ source, 'detail-type': type, detail }) => {
        seen.push(source, type, detail.metadata.correlationId, detail.data);
        return done();
      },
      sqs,
      log,
    });
    const { metadata } = completedEvent.detail;
    const unknown = { ...completedEvent, source: 'fanbus.new', 'detail-type': 'Happened.v1' };
    await send(
      { ...unknown, detail: { metadata, data: { n: 1 } } },
      { ...unknown, detail: { metadata: { ...metadata, eventId: '1' }, data: {} } },
      { ...unknown, source: 'somebody.else' },
    );
    expect(await poll(handler)).toEqual({ received: 3, failed: 0 });
    expect(seen).toEqual(['fanbus.new', 'Happened.v1', 'chain-1', { n: 1 }]);
    expect((await deadLetters()).map(({ attributes: { REASON, ERROR } }) => [REASON, ERROR])).toEqual([
      [
        'the detail of fanbus.new/Happened.v1 is not valid',
        '/metadata/eventId must match format "uuid", but is "1"',
      ],
      ['hear-all does not consume somebody.else/Happened.v1', undefined],
    ]);
  });
});

describe('types', () => {
  it('give the handler exactly the events of its subscription', () => {
    type Seen = Parameters<EventConsumerOptions<typeof subscription>['handle']>[0];
    expectTypeOf<Seen>().toEqualTypeOf<EventOf<'TaskFileCompleted.v1' | 'Object Created'>>();
    const narrow = (event: Seen) =>
      event['detail-type'] === 'Object Created' ? event.detail.object.key : event.detail.data.total;
    expectTypeOf(narrow).returns.toEqualTypeOf<string | number>();
  });

  it('refuses a consumer without the contract of what it consumes', async () => {
    await expect(open({ events: [objectCreated] })).rejects.toThrow(
      'watch-files consumes fanbus.tasks/TaskFileCompleted.v1, but was not given the contract',
    );
  });
});
