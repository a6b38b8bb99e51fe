import { describe, expect, it } from 'vitest';
import { createMeter } from '../../../tools/bill/meter.ts';

describe('createMeter', () => {
  it('counts the requests of functions, of rules and of the poller by operation', () => {
    const meter = createMeter();
    const call = { kind: 'requested', caller: 'worker', bytes: 10 } as const;
    meter.record({ ...call, service: 'dynamodb', operation: 'PutItem' });
    meter.record({ ...call, service: 'dynamodb', operation: 'PutItem' });
    meter.record({ ...call, service: 'sqs', operation: 'SendMessage' });
    meter.record({ kind: 'enqueued', queue: 'q', messageId: 'm', bytes: 1, caller: 'worker' });
    meter.record({ kind: 'enqueued', queue: 'q', messageId: 'n', bytes: 1, caller: 'events.amazonaws.com' });
    meter.record({
      kind: 'received',
      queue: 'q',
      messageIds: ['m', 'n'],
      bytes: 2,
      caller: 'lambda.amazonaws.com',
    });
    meter.record({ kind: 'settled', queue: 'q', function: 'worker', done: ['m', 'n'], failed: [] });
    expect(meter.requests()).toEqual({
      'dynamodb:PutItem': 2,
      'sqs:SendMessage': 2,
      'sqs:ReceiveMessage': 1,
      'sqs:DeleteMessageBatch': 1,
    });
  });

  it('goes on counting after a bill was drawn', () => {
    const meter = createMeter();
    const put = {
      kind: 'requested',
      service: 's3',
      operation: 'PutObject',
      caller: 'user',
      bytes: 5,
    } as const;
    meter.record(put);
    expect(meter.bill().totalUsd).toBeCloseTo(0.000005, 12);
    meter.record(put);
    expect(meter.bill().totalUsd).toBeCloseTo(0.00001, 12);
  });
});
