import { afterEach, describe, expect, it } from 'vitest';
import { taskFileCompletedV1 } from '../../../generated/events/task-file-completed-v1.ts';
import { taskFileFailedV1 } from '../../../generated/events/task-file-failed-v1.ts';
import { taskRowsReadV1 } from '../../../generated/events/task-rows-read-v1.ts';
import { createPublisher } from '../../../services/runtime/publish.ts';
import { InvalidEventError, PublishError } from '../../../services/runtime/publish-error.ts';
import { createRecordedLog } from './recorded-log.ts';
import { type PutEventsRequest, startScriptedEventBridge } from './scripted-event-bridge.ts';
import { completed, completedEvent, objectCreatedEvent } from './task-events.ts';

const producer = { name: 'create-tasks', emits: ['TaskFileCompleted.v1', 'TaskRowsRead.v1'] } as const;
const nowMs = Date.UTC(2026, 10, 21, 9, 30);
const ends: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function open({
  busName = 'fanbus-test',
  ...script
}: Parameters<typeof startScriptedEventBridge>[0] & { busName?: string } = {}) {
  const bridge = await startScriptedEventBridge(script);
  ends.push(bridge.close);
  const waits: number[] = [];
  const { log, lines } = createRecordedLog();
  const publisher = createPublisher({
    producer,
    busName,
    events: [taskFileCompletedV1, taskRowsReadV1],
    client: bridge.client,
    clock: { now: () => nowMs },
    log,
    wait: async (ms) => {
      waits.push(ms);
    },
  });
  return { ...publisher, bridge, waits, lines };
}

const rows = (count: number, title = 'Buy milk') => ({
  taskFileId: completed.taskFileId,
  owner: 'ada',
  part: 0,
  rows: Array.from({ length: count }, (_, index) => ({ line: index + 2, title })),
});

const failing =
  (code: string, how: (detail: string, n: number) => boolean) => (request: PutEventsRequest, n: number) =>
    request.Entries.map(({ Detail }) =>
      how(Detail, n) ? { ErrorCode: code, ErrorMessage: 'Rate exceeded' } : { EventId: 'taken' },
    );

describe('what is sent', () => {
  it('is the event with metadata of its own', async () => {
    const { publish, bridge } = await open();
    const ids = await publish('TaskFileCompleted.v1', completed);
    const [entry] = bridge.entries();
    expect(entry).toMatchObject({
      EventBusName: 'fanbus-test',
      Source: 'fanbus.tasks',
      DetailType: 'TaskFileCompleted.v1',
    });
    const { metadata, data } = JSON.parse(entry?.Detail ?? '');
    expect(data).toEqual(completed);
    expect(metadata).toEqual({
      eventId: ids[0],
      correlationId: ids[0],
      occurredAt: '2026-11-21T09:30:00.000Z',
      producer: 'create-tasks',
      traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/),
    });
  });

  it('goes on from the event that caused it', async () => {
    const { publish, bridge } = await open();
    await publish('TaskFileCompleted.v1', completed, { causedBy: completedEvent });
    const { metadata } = JSON.parse(bridge.entries()[0]?.Detail ?? '');
    expect(metadata).toMatchObject({
      correlationId: 'chain-1',
      causationId: completedEvent.detail.metadata.eventId,
      traceparent: expect.stringMatching(/^00-4bf92f3577b34da6a3ce929d0e0e4736-(?!00f067aa0ba902b7)/),
    });
  });

  it('is the same event when the same is said again of the same cause', async () => {
    const causedBy = completedEvent;
    const [first] = await (await open()).publish('TaskFileCompleted.v1', completed, { causedBy });
    const replayed = { ...causedBy, id: 'another', 'replay-name': 'again' };
    const { publish } = await open();
    expect(await publish('TaskFileCompleted.v1', completed, { causedBy: replayed })).toEqual([first]);
    const others = [
      await publish('TaskFileCompleted.v1', { ...completed, created: 1 }, { causedBy }),
      await publish('TaskFileCompleted.v1', completed, { causedBy: objectCreatedEvent }),
      await publish('TaskFileCompleted.v1', completed),
      await publish('TaskFileCompleted.v1', completed),
    ];
    expect(new Set([first, ...others.flat()]).size).toBe(5);
  });

  it('is the same event whatever is said about the same, when asked', async () => {
    const { publish } = await open();
    const options = { causedBy: completedEvent, about: 'file-1' };
    const first = await publish('TaskFileCompleted.v1', completed, options);
    const again = { causedBy: objectCreatedEvent, about: 'file-1' };
    expect(await publish('TaskFileCompleted.v1', { ...completed, created: 1 }, again)).toEqual(first);
    expect(await publish('TaskFileCompleted.v1', completed, { ...options, about: 'file-2' })).not.toEqual(
      first,
    );
  });

  it('is not said of several at once about the same', async () => {
    const { publish, bridge } = await open();
    const several = publish('TaskFileCompleted.v1', [completed, completed], { about: 'file-1' });
    await expect(several).rejects.toThrow('2 TaskFileCompleted.v1 about "file-1" would be one event');
    expect(bridge.requests).toEqual([]);
  });

  it("takes an AWS event's id for the chain and the trace", async () => {
    const { publish, bridge } = await open();
    await publish('TaskFileCompleted.v1', completed, { causedBy: objectCreatedEvent });
    expect(JSON.parse(bridge.entries()[0]?.Detail ?? '').metadata).toMatchObject({
      correlationId: objectCreatedEvent.id,
      causationId: objectCreatedEvent.id,
      traceparent: expect.stringMatching(/^00-1779312405d4b1982fde7ededc63b103-[0-9a-f]{16}-01$/),
    });
  });

  it('is nothing for an empty list', async () => {
    const { publish, bridge } = await open();
    expect(await publish('TaskRowsRead.v1', [])).toEqual([]);
    expect(bridge.requests).toEqual([]);
  });
});

describe('requests', () => {
  it('hold ten events at most, and each event once', async () => {
    const { publish, bridge } = await open();
    const ids = await publish(
      'TaskRowsRead.v1',
      Array.from({ length: 25 }, () => rows(1)),
    );
    expect(bridge.requests.map(({ Entries }) => Entries.length).sort()).toEqual([10, 10, 5]);
    const sent = bridge.entries().map(({ Detail }) => JSON.parse(Detail).metadata.eventId);
    expect(sent.sort()).toEqual([...ids].sort());
    expect(new Set(ids).size).toBe(25);
  });

  it('stay below 1 MiB as AWS counts', async () => {
    const { publish, bridge } = await open();
    await publish(
      'TaskRowsRead.v1',
      Array.from({ length: 5 }, () => rows(1, 'ä'.repeat(150_000))),
    );
    for (const { Entries } of bridge.requests) {
      const bytes = Entries.map(({ Source, DetailType, Detail }) =>
        Buffer.byteLength(Source + DetailType + Detail),
      );
      expect(bytes.reduce((a, b) => a + b)).toBeLessThan(1_048_576);
    }
    expect(bridge.requests.map(({ Entries }) => Entries.length).sort()).toEqual([2, 3]);
  });

  it('carry again only the entries that failed', async () => {
    const { publish, bridge, waits } = await open({
      answer: failing('ThrottlingException', (detail, n) => n < 3 && detail.includes('"part":7')),
    });
    await publish(
      'TaskRowsRead.v1',
      Array.from({ length: 10 }, (_, part) => ({ ...rows(1), part })),
    );
    expect(bridge.requests.map(({ Entries }) => Entries.length)).toEqual([10, 1, 1]);
    expect(waits).toHaveLength(2);
  });

  it('warn over 64 KiB, which is billed as several events', async () => {
    const { publish, lines } = await open();
    await publish('TaskRowsRead.v1', [rows(1), rows(1, 'x'.repeat(70_000))]);
    expect(lines).toMatchObject([{ level: 'warn', fields: [{ type: 'TaskRowsRead.v1', events: 1 }] }]);
  });
});

describe('a failure', () => {
  it('names what is left when a retry cannot help', async () => {
    const { publish, bridge } = await open({
      answer: failing('MalformedDetail', (detail) => detail.includes('"part":1')),
    });
    const error = await publish('TaskRowsRead.v1', [rows(1), { ...rows(1), part: 1 }]).catch(
      (caught) => caught,
    );
    expect(error).toBeInstanceOf(PublishError);
    expect(error.left).toEqual([
      { index: 1, type: 'TaskRowsRead.v1', code: 'MalformedDetail', message: 'Rate exceeded' },
    ]);
    expect(error.message).toContain('1 of 2 events were not published to fanbus-test');
    expect(bridge.requests).toHaveLength(1);
  });

  it('names what is left after the last retry', async () => {
    const { publish, bridge } = await open({ answer: failing('InternalFailure', () => true) });
    await expect(publish('TaskFileCompleted.v1', completed)).rejects.toMatchObject({
      left: [{ index: 0, code: 'InternalFailure' }],
    });
    expect(bridge.requests).toHaveLength(5);
  });

  it('of a whole request names its events and those not sent, with the cause', async () => {
    const { publish } = await open({ answer: () => 'AccessDeniedException' });
    const error = await publish(
      'TaskRowsRead.v1',
      Array.from({ length: 60 }, () => rows(1)),
    ).catch((caught) => caught);
    expect(error.left).toHaveLength(60);
    expect(new Set(error.left.map(({ code }: { code: string }) => code))).toEqual(
      new Set(['AccessDeniedException', 'NotSent']),
    );
    expect(error.cause).toMatchObject({ name: 'AccessDeniedException' });
  });
});

describe('a bus', () => {
  it('is asked for once', async () => {
    const { publish, bridge } = await open();
    await publish('TaskFileCompleted.v1', completed);
    await publish('TaskFileCompleted.v1', completed);
    expect(bridge.describes()).toBe(1);
  });

  it('refuses to publish to one that does not exist', async () => {
    const { publish, bridge } = await open({ busName: 'fanbus-typo' });
    await expect(publish('TaskFileCompleted.v1', completed)).rejects.toThrow(
      'there is no event bus "fanbus-typo"',
    );
    expect(bridge.requests).toEqual([]);
  });
});

describe('an event its schema refuses', () => {
  it('refuses the whole list before anything is sent, naming field, value and what is allowed', async () => {
    const { publish, bridge } = await open();
    const error = await publish('TaskFileCompleted.v1', [completed, { ...completed, total: -1 }]).catch(
      (caught) => caught,
    );
    expect(error).toBeInstanceOf(InvalidEventError);
    expect(error.message).toContain('/data/total must be >= 0, but is -1');
    expect(bridge.requests).toEqual([]);
  });

  it('refuses one that is too large for EventBridge', async () => {
    const { publish } = await open();
    await expect(publish('TaskRowsRead.v1', rows(1, 'x'.repeat(1_048_576)))).rejects.toThrow(
      'EventBridge takes less than 1048576',
    );
  });
});

describe('types', () => {
  it('refuse at compile time what the schema or the producer does not know', async () => {
    const { publish } = await open();
    const attempts = () => [
      // @ts-expect-error a field that the schema does not know
      publish('TaskFileCompleted.v1', { ...completed, totl: 3 }),
      // @ts-expect-error a field of the wrong type
      publish('TaskFileCompleted.v1', { ...completed, total: '3' }),
      // @ts-expect-error an event that this producer does not emit
      publish('TaskFileFailed.v1', { ...completed, reason: 'x' }),
      // @ts-expect-error no such event
      publish('TaskFileComplete.v1', completed),
      createPublisher({
        producer,
        busName: 'b',
        // @ts-expect-error a contract of an event that this producer does not emit
        events: [taskFileFailedV1],
      }),
    ];
    expect(attempts).toBeTypeOf('function');
  });

  it('refuses a producer without the contract of what it emits', () => {
    expect(() => createPublisher({ producer, busName: 'b', events: [taskFileCompletedV1] })).toThrow(
      'create-tasks emits TaskRowsRead.v1, but createPublisher was not given the contract',
    );
  });
});
