import { expect, it } from 'vitest';
import { watchWork } from '../../../../tools/demo/images/watch-work.ts';
import { createObservations } from '../../../../tools/local/observations.ts';

const QUEUE = 'fanbus-dev-scan-image';
const message = { queue: QUEUE, messageIds: ['m1'], bytes: 9 } as const;

function open() {
  const observations = createObservations();
  const { report } = observations;
  const work = watchWork({
    aws: { observations, queues: { list: () => [] } },
    bus: 'ours',
    queues: new Set([QUEUE]),
  });
  return {
    work,
    report,
    deliver(queue = QUEUE) {
      const [bus, eventId, rule] = ['ours', 'e1', 'r'];
      report({ kind: 'published', bus, eventId, source: 's', detailType: 't', bytes: 9, caller: 'c' });
      expect(work.isIdle()).toBe(false);
      report({ kind: 'matched', bus, rule, eventId });
      report({ kind: 'enqueued', queue, messageId: 'm1', bytes: 9, caller: 'events.amazonaws.com' });
      report({ kind: 'delivered', bus, rule, eventId, target: `arn:aws:sqs:x:0:${queue}`, attempt: 1 });
    },
    receive: () => report({ kind: 'received', ...message, caller: 'lambda.amazonaws.com' }),
    settle: (done: readonly string[], failed: readonly string[]) =>
      report({ kind: 'settled', queue: QUEUE, function: 'f', done, failed }),
  };
}

it('follows an event from the queue to work, back for another try, and to the dead-letter queue', () => {
  const { deliver, receive, report, settle, work } = open();
  expect(work.of('e1', QUEUE)).toBeUndefined();
  deliver();
  expect(work.of('e1', QUEUE)).toEqual({ state: 'waiting', queuedAt: expect.any(Number) });
  receive();
  expect(work.of('e1', QUEUE)?.state).toBe('working');
  expect(work.isIdle()).toBe(false);
  settle([], ['m1']);
  expect(work.of('e1', QUEUE)?.state).toBe('retrying');
  expect(work.isIdle()).toBe(true);
  report({ kind: 'dead-lettered', queue: `${QUEUE}-dlq`, messageId: 'm1', door: 'redrive', reason: 'often' });
  expect(work.of('e1', QUEUE)?.state).toBe('given-up');
});

it('takes no notice of queues that it does not watch', () => {
  const { deliver, report, work } = open();
  deliver('fanbus-dev-create-tasks');
  report({ kind: 'received', ...message, queue: 'other', caller: 'lambda.amazonaws.com' });
  expect(work.of('e1', 'fanbus-dev-create-tasks')).toBeUndefined();
  expect(work.isIdle()).toBe(true);
});
