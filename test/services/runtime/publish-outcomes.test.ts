import { afterEach, expect, it } from 'vitest';
import { taskFileCompletedV1 } from '../../../generated/events/task-file-completed-v1.ts';
import { taskFileFailedV1 } from '../../../generated/events/task-file-failed-v1.ts';
import { nameUuid } from '../../../services/runtime/name-uuid.ts';
import { createPublisher } from '../../../services/runtime/publish.ts';
import { InvalidEventError, PublishError } from '../../../services/runtime/publish-error.ts';
import { publishOutcomes } from '../../../services/runtime/publish-outcomes.ts';
import { type PutEventsRequest, startScriptedEventBridge } from './scripted-event-bridge.ts';
import { completed } from './task-events.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** Publishes as many events on a bus that takes none of which the name is in the list. */
async function publishSome(
  count: number,
  refused: readonly string[],
  { name = (n: number) => `${n}.csv`, isFailed = (_: number): boolean => false } = {},
) {
  const bridge = await startScriptedEventBridge({
    answer: ({ Entries }: PutEventsRequest) =>
      Entries.map(({ Detail }) =>
        refused.includes(JSON.parse(Detail).data.name) ? { ErrorCode: 'Malformed' } : { EventId: 'taken' },
      ),
  });
  ends.push(bridge.close);
  const { publish } = createPublisher({
    producer: { name: 'test', emits: ['TaskFileCompleted.v1', 'TaskFileFailed.v1'] },
    busName: 'fanbus-test',
    events: [taskFileCompletedV1, taskFileFailedV1],
    client: bridge.client,
  });
  const events = Array.from({ length: count }, (_, n) => ({
    type: isFailed(n) ? ('TaskFileFailed.v1' as const) : ('TaskFileCompleted.v1' as const),
    data: { ...completed, name: name(n), reason: 'it is empty' },
    eventId: nameUuid(`test/${n}`),
  }));
  const report = publishOutcomes(events, publish);
  return { report, events, bridge };
}

it('publishes each event under the id it was given', async () => {
  const { report, events, bridge } = await publishSome(12, []);
  expect(await report).toEqual({
    published: 12,
    failed: 0,
    outcomes: events.map(({ eventId }) => ({ status: 'published', eventId })),
  });
  const sent = bridge.entries().map(({ Detail }) => JSON.parse(Detail));
  expect(sent.map(({ metadata, data }) => [data.name, metadata.eventId]).sort()).toEqual(
    events.map(({ data, eventId }) => [data.name, eventId]).sort(),
  );
  expect(sent.every(({ metadata }) => metadata.correlationId === metadata.eventId)).toBe(true);
});

it('names each event that did not get on the bus, in its place', async () => {
  const { report, events } = await publishSome(3, ['1.csv']);
  expect(await report).toEqual({
    published: 2,
    failed: 1,
    outcomes: [
      { status: 'published', eventId: events[0]?.eventId },
      { status: 'failed', reason: 'the bus did not take it: Malformed' },
      { status: 'published', eventId: events[2]?.eventId },
    ],
  });
});

it('tells of events of several types in the order given', async () => {
  const { report, events, bridge } = await publishSome(4, ['1.csv'], { isFailed: (n) => n % 2 === 1 });
  const { outcomes } = await report;
  expect(outcomes.map(({ status }) => status)).toEqual(['published', 'failed', 'published', 'published']);
  const sent = bridge.entries().map(({ DetailType, Detail }) => [DetailType, JSON.parse(Detail).data.name]);
  expect(sent.sort()).toEqual(events.map(({ type, data }) => [type, data.name]).sort());
});

it('says of what was not tried after a failure that it was not', async () => {
  const { report, bridge } = await publishSome(60, ['0.csv']);
  const { published, failed, outcomes } = await report;
  const untried = outcomes.filter((one) => 'reason' in one && one.reason.startsWith('it was not tried'));
  expect(published + failed).toBe(60);
  expect(failed).toBe(1 + untried.length);
  expect(bridge.entries()).toHaveLength(60 - untried.length);
});

it('throws when nothing got on the bus', async () => {
  await expect((await publishSome(1, ['0.csv'])).report).rejects.toThrow(PublishError);
});

it('throws before anything is sent when an event is not valid', async () => {
  const { report, bridge } = await publishSome(3, [], { name: (n) => (n === 1 ? '' : 'a.csv') });
  await expect(report).rejects.toThrow(InvalidEventError);
  expect(bridge.requests).toEqual([]);
});
