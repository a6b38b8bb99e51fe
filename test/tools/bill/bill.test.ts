import { describe, expect, it } from 'vitest';
import { type Bill, createMeter, type MeterOptions } from '../../../tools/bill/meter.ts';
import type { Observation } from '../../../tools/local/observations.ts';

function billFor(observations: readonly Observation[], options?: MeterOptions): Bill {
  const meter = createMeter(options);
  for (const observation of observations) meter.record(observation);
  return meter.bill();
}

function quantities(observations: readonly Observation[], options?: MeterOptions) {
  const { lines } = billFor(observations, options);
  return Object.fromEntries(lines.map(({ item, quantity }) => [item, quantity]));
}

const times = <Item>(count: number, item: Item): Item[] => new Array<Item>(count).fill(item);

const published = {
  kind: 'published',
  bus: 'orders',
  eventId: 'e1',
  source: 'shop',
  detailType: 'Ordered',
  bytes: 1000,
  caller: 'checkout',
} as const satisfies Observation;

const invoked = {
  kind: 'invoked',
  function: 'worker',
  requestId: 'r1',
  durationMs: 99.5,
  billedMs: 100,
  memoryMb: 512,
  maxRssMb: 90,
  coldStart: false,
  logBytes: 0,
} as const satisfies Observation;

const wrote = {
  kind: 'billed',
  service: 'dynamodb',
  operation: 'PutItem',
  table: 'tasks',
  writeUnits: 1,
  readUnits: 0,
  caller: 'worker',
} as const satisfies Observation;

describe('the bill', () => {
  it('bills nothing for nothing', () => {
    expect(billFor([])).toEqual({ lines: [], totalUsd: 0 });
  });

  it('adds up a million rows of one message, one put and one counter update each', () => {
    // 1,000 rows, so that each dollar below is a thousandth of the sum for a million:
    // 1,000 events $0.001; 1,000 sends + 100 receives + 100 deletes = 1,200 × $0.4/M = $0.00048;
    // 100 invocations × $0.2/M = $0.00002; 100 × 0.1 s × 0.5 GB = 5 GB-s × $0.0000133334 = $0.000066667;
    // 2,000 write units × $0.625/M = $0.00125. Together $0.002816667.
    const messageIds = times(10, 'm');
    const bill = billFor([
      ...times(1000, published),
      ...times(1000, {
        kind: 'enqueued',
        queue: 'rows',
        messageId: 'm',
        bytes: 1200,
        caller: 'events.amazonaws.com',
      } as const),
      ...times(100, {
        kind: 'received',
        queue: 'rows',
        messageIds,
        bytes: 12_000,
        caller: 'lambda.amazonaws.com',
      } as const),
      ...times(100, invoked),
      ...times(2000, wrote),
      ...times(100, {
        kind: 'settled',
        queue: 'rows',
        function: 'worker',
        done: messageIds,
        failed: [],
      } as const),
    ]);
    expect(bill.totalUsd).toBeCloseTo(0.002816667, 9);
    expect(bill.lines.map(({ item }) => item)).toEqual([
      'DynamoDB write units',
      'EventBridge custom events',
      'SQS requests',
      'Lambda GB-seconds',
      'Lambda invocations',
    ]);
    expect(bill.lines[0]?.usd).toBeCloseTo(0.00125, 9);
    expect(bill.lines[2]?.usd).toBeCloseTo(0.00048, 9);
  });

  it.each([
    { bytes: 1, events: 1 },
    { bytes: 65_536, events: 1 },
    { bytes: 65_537, events: 2 },
    { bytes: 262_144, events: 4 },
  ])('bills an event of $bytes bytes as $events', ({ bytes, events }) => {
    expect(quantities([{ ...published, bytes }])).toEqual({ 'EventBridge custom events': events });
  });

  it('bills an S3 event that is forwarded to another bus twice', () => {
    const upload = { ...published, source: 'aws.s3', bus: 'default', caller: 's3.amazonaws.com' };
    const forwarded = { ...upload, bus: 'orders', caller: 'events.amazonaws.com' };
    const bill = billFor([upload, forwarded]);
    expect(bill.lines.map(({ item }) => item).sort()).toEqual([
      'EventBridge forwarded events',
      'EventBridge opt-in events',
    ]);
    expect(bill.totalUsd).toBeCloseTo(0.000002, 12);
  });

  it('bills what passes into an archive by the gigabyte', () => {
    const events = [...times(10, published), { ...published, bus: 'other' }];
    expect(quantities(events, { archivedBuses: ['orders'] })).toEqual({
      'EventBridge custom events': 11,
      'EventBridge archived GB': 10_000 / 1e9,
    });
  });

  it('bills a receive by the 64 KiB it took, whoever received', () => {
    const received = {
      kind: 'received',
      queue: 'rows',
      messageIds: ['m'],
      bytes: 600_000,
      caller: 'lambda.amazonaws.com',
    } as const;
    const overTheWire = {
      kind: 'requested',
      service: 'sqs',
      operation: 'ReceiveMessage',
      caller: 'user',
      bytes: 80,
    } as const;
    expect(quantities([received])).toEqual({ 'SQS requests': 10 });
    expect(quantities([overTheWire, { ...received, caller: 'user' }])).toEqual({ 'SQS requests': 10 });
  });

  it('bills an empty receive over the wire', () => {
    const empty = {
      kind: 'requested',
      service: 'sqs',
      operation: 'ReceiveMessage',
      caller: 'user',
      bytes: 80,
    };
    expect(quantities([empty as Observation])).toEqual({ 'SQS requests': 1 });
  });

  it('bills a message that a function sends by its request, once', () => {
    const observations: Observation[] = [
      { kind: 'requested', service: 'sqs', operation: 'SendMessage', caller: 'reader', bytes: 300 },
      { kind: 'enqueued', queue: 'rows', messageId: 'm', bytes: 120, caller: 'reader' },
    ];
    expect(quantities(observations)).toEqual({ 'SQS requests': 1 });
  });

  it('deletes acknowledged messages ten to a request and failed ones not at all', () => {
    const settled = { kind: 'settled', queue: 'rows', function: 'worker', failed: ['x'] } as const;
    expect(quantities([{ ...settled, done: times(25, 'm') }])).toEqual({ 'SQS requests': 3 });
    expect(quantities([{ ...settled, done: [] }])).toEqual({});
  });

  it('tells the dear requests to a bucket from the cheap and the free', () => {
    const requested = { kind: 'requested', service: 's3', caller: 'user', bytes: 0 } as const;
    const operations = [
      'PutObject',
      'UploadPart',
      'ListObjectsV2',
      'GetObject',
      'HeadObject',
      'DeleteObject',
      'AbortMultipartUpload',
    ];
    expect(quantities(operations.map((operation) => ({ ...requested, operation })))).toEqual({
      'S3 write requests': 3,
      'S3 read requests': 2,
    });
  });

  it('bills read units and log bytes', () => {
    const bill = billFor([
      { ...wrote, operation: 'Query', writeUnits: 0, readUnits: 2.5 },
      { ...invoked, billedMs: 0, logBytes: 2_000_000 },
    ]);
    // 2.5 × $0.125/M + 0.002 GB × $0.50 + one invocation $0.0000002.
    expect(bill.totalUsd).toBeCloseTo(0.0000003125 + 0.001 + 0.0000002, 12);
  });
});
