import {
  CancelReplayCommand,
  CreateArchiveCommand,
  CreateEventBusCommand,
  DeleteArchiveCommand,
  DescribeArchiveCommand,
  DescribeReplayCommand,
  ListArchivesCommand,
  ListReplaysCommand,
  StartReplayCommand,
  type StartReplayCommandInput,
  UpdateArchiveCommand,
} from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Events, entry, openEvents } from './open-events.ts';

let events: Events;

beforeEach(async () => {
  events = await openEvents();
  await events.client.send(new CreateEventBusCommand({ Name: 'app' }));
});

afterEach(() => events.close());

const busArn = (name: string) => `arn:aws:events:us-east-1:000000000000:event-bus/${name}`;
const archiveArn = 'arn:aws:events:us-east-1:000000000000:archive/kept';
const createArchive = (more: object = {}) =>
  events.client.send(
    new CreateArchiveCommand({ ArchiveName: 'kept', EventSourceArn: busArn('app'), ...more }),
  );
const describeArchive = () => events.client.send(new DescribeArchiveCommand({ ArchiveName: 'kept' }));
const startReplay = (more: Partial<StartReplayCommandInput> = {}) =>
  events.client.send(
    new StartReplayCommand({
      ReplayName: 'again',
      EventSourceArn: archiveArn,
      EventStartTime: new Date('2026-01-01T00:00:00Z'),
      EventEndTime: new Date('2026-01-02T00:00:00Z'),
      Destination: { Arn: busArn('app') },
      ...more,
    }),
  );
const onApp = { ...entry, EventBusName: 'app', Time: new Date('2026-01-01T12:00:00Z') };

/** Puts entries and waits until the bus has matched them all: a later event overtakes none on its way to the archive. */
async function putAndArchive(...entries: (typeof onApp)[]): Promise<void> {
  await events.put(...entries);
  const marker = events.queue('marker');
  await events.rule({ name: 'marker', pattern: { source: ['marker'] }, target: { Arn: marker } });
  await events.put({ ...entry, Source: 'marker' });
  await events.observations.waitFor('delivered', ({ rule }) => rule === 'marker');
}

describe('an archive', () => {
  it('counts the events that match its pattern, as AWS does their bytes', async () => {
    const { $metadata: _, ...created } = await createArchive({
      EventPattern: '{"detail":{"n":[1]}}',
      RetentionDays: 1,
    });
    expect(created).toEqual({ ArchiveArn: archiveArn, CreationTime: expect.any(Date), State: 'ENABLED' });
    await putAndArchive(onApp, { ...onApp, Detail: '{"n":2}' }, onApp);
    const { $metadata: __, ...described } = await describeArchive();
    expect(described).toEqual({
      ArchiveArn: archiveArn,
      ArchiveName: 'kept',
      CreationTime: expect.any(Date),
      EventCount: 2,
      EventPattern: '{"detail":{"n":[1]}}',
      EventSourceArn: busArn('app'),
      RetentionDays: 1,
      SizeBytes: 2 * ('app'.length + 'Said'.length + '{"n":1}'.length + 20),
      State: 'ENABLED',
    });
  });

  it('forgets events when their retention is over', async () => {
    await createArchive({ RetentionDays: 1 });
    await putAndArchive(onApp);
    events.clock.advance(86_400_001);
    expect(await describeArchive()).toMatchObject({ EventCount: 0, SizeBytes: 0 });
  });

  it('is listed by name, bus and state', async () => {
    await createArchive();
    const list = async (filter: object) =>
      (await events.client.send(new ListArchivesCommand(filter))).Archives?.map(
        ({ ArchiveName }) => ArchiveName,
      );
    expect(await list({})).toEqual(['kept']);
    expect(await list({ NamePrefix: 'k', EventSourceArn: busArn('app'), State: 'ENABLED' })).toEqual([
      'kept',
    ]);
    expect(await list({ EventSourceArn: busArn('default') })).toEqual([]);
    expect(await list({ State: 'DISABLED' })).toEqual([]);
  });

  it('is updated and deleted', async () => {
    await createArchive();
    await events.client.send(
      new UpdateArchiveCommand({ ArchiveName: 'kept', Description: 'all', RetentionDays: 3 }),
    );
    expect(await describeArchive()).toMatchObject({ Description: 'all', RetentionDays: 3 });
    await events.client.send(new DeleteArchiveCommand({ ArchiveName: 'kept' }));
    await expect(describeArchive()).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Archive kept does not exist.',
    });
  });

  it('refuses an unknown bus, a second one of its name, an empty update and a bad pattern', async () => {
    await expect(createArchive({ EventSourceArn: busArn('none') })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Event bus none does not exist.',
    });
    await createArchive();
    await expect(createArchive()).rejects.toMatchObject({
      name: 'ResourceAlreadyExistsException',
      message: 'Archive kept already exists.',
    });
    await expect(events.client.send(new UpdateArchiveCommand({ ArchiveName: 'none' }))).rejects.toMatchObject(
      {
        message: 'At least one of EventPattern, RetentionDays or Description must be provided.',
      },
    );
    await expect(createArchive({ ArchiveName: 'bad', EventPattern: '{}' })).rejects.toMatchObject({
      name: 'InvalidEventPatternException',
    });
    await events.client.send(new DeleteArchiveCommand({ ArchiveName: 'kept' }));
    await createArchive();
  });
});

describe('a replay', () => {
  it('brings back the events of its window, marked and otherwise unchanged, and never archives them again', async () => {
    await createArchive();
    const late = { ...onApp, Time: new Date('2026-01-03T00:00:00Z'), DetailType: 'Late' };
    await putAndArchive({ ...onApp, Detail: '{ "n": 1.50 }' }, late);
    const queue = events.queue('heard');
    await events.rule({ name: 'hear', bus: 'app', target: { Arn: queue } });
    const { $metadata: _, ...started } = await startReplay();
    expect(started).toEqual({
      ReplayArn: 'arn:aws:events:us-east-1:000000000000:replay/again',
      ReplayStartTime: expect.any(Date),
      State: 'STARTING',
    });
    await events.observations.waitFor('delivered', ({ rule }) => rule === 'hear');
    const published = await events.observations.waitFor('published', ({ bus }) => bus === 'app');
    const bodies = events.take(queue).map(({ body }) => body);
    expect(bodies).toEqual([
      `{"version":"0","id":"${published.eventId}","detail-type":"Said","source":"app","account":"000000000000","time":"2026-01-01T12:00:00Z","region":"us-east-1","replay-name":"again","resources":[],"detail":{"n":1.50}}`,
    ]);
    const { $metadata: __, ...described } = await events.client.send(
      new DescribeReplayCommand({ ReplayName: 'again' }),
    );
    expect(described).toEqual({
      ReplayName: 'again',
      ReplayArn: 'arn:aws:events:us-east-1:000000000000:replay/again',
      EventSourceArn: archiveArn,
      Destination: { Arn: busArn('app') },
      EventStartTime: new Date('2026-01-01T00:00:00Z'),
      EventEndTime: new Date('2026-01-02T00:00:00Z'),
      EventLastReplayedTime: new Date('2026-01-01T12:00:00Z'),
      ReplayStartTime: expect.any(Date),
      ReplayEndTime: expect.any(Date),
      State: 'COMPLETED',
    });
    expect((await describeArchive()).EventCount).toBe(2);
  });

  it('shows its events to the listed rules only', async () => {
    await createArchive();
    await putAndArchive(onApp);
    const queue = events.queue('heard');
    await events.rule({ name: 'others', bus: 'app', target: { Arn: queue } });
    const chosen = await events.rule({ name: 'chosen', bus: 'app', target: { Arn: queue } });
    await startReplay({ Destination: { Arn: busArn('app'), FilterArns: [chosen] } });
    await events.observations.waitFor('delivered', ({ rule }) => rule === 'chosen');
    expect(events.take(queue)).toHaveLength(1);
  });

  it('is told apart by a pattern on replay-name', async () => {
    await createArchive();
    await putAndArchive(onApp);
    const [fresh, replayed] = [events.queue('fresh'), events.queue('replayed')];
    await events.rule({
      name: 'fresh',
      bus: 'app',
      pattern: { 'replay-name': [{ exists: false }] },
      target: { Arn: fresh },
    });
    await events.rule({
      name: 'replayed',
      bus: 'app',
      pattern: { 'replay-name': ['again'] },
      target: { Arn: replayed },
    });
    await startReplay();
    await events.observations.waitFor('delivered', ({ rule }) => rule === 'replayed');
    await events.put(onApp);
    await events.observations.waitFor('delivered', ({ rule }) => rule === 'fresh');
    expect([events.take(fresh).length, events.take(replayed).length]).toEqual([1, 1]);
  });

  it('stops when it is cancelled', async () => {
    await createArchive();
    await putAndArchive(...new Array(10).fill(onApp));
    const operations = events.buses.protocol.kind === 'json' ? events.buses.protocol.operations : {};
    const user = { kind: 'user', name: 'user' } as const;
    // In process, both reach the engine before the replay's first turn.
    void operations.StartReplay?.(
      {
        ReplayName: 'again',
        EventSourceArn: archiveArn,
        EventStartTime: 0,
        EventEndTime: 4_000_000_000,
        Destination: { Arn: busArn('app') },
      },
      user,
    );
    expect(operations.CancelReplay?.({ ReplayName: 'again' }, user)).toMatchObject({ State: 'CANCELLING' });
    expect((await events.client.send(new ListReplaysCommand({ NamePrefix: 'a' }))).Replays).toEqual([
      expect.objectContaining({ ReplayName: 'again', State: 'CANCELLED' }),
    ]);
    const published = events.observations
      .recent()
      .filter((one) => one.kind === 'published' && one.bus === 'app');
    expect(published).toHaveLength(10);
    await expect(events.client.send(new CancelReplayCommand({ ReplayName: 'again' }))).rejects.toMatchObject({
      name: 'IllegalStatusException',
    });
  });

  it.each<[string, Partial<StartReplayCommandInput>, string, string]>([
    [
      'an unknown archive',
      { EventSourceArn: 'arn:aws:events:us-east-1:000000000000:archive/none' },
      'ValidationException',
      'Parameter EventSourceArn is not valid. Reason: Archive none does not exist.',
    ],
    [
      'another bus',
      { Destination: { Arn: busArn('default') } },
      'ValidationException',
      'Parameter Destination.Arn is not valid. Reason: Cross event bus replay is not permitted.',
    ],
    [
      'an unknown bus',
      { Destination: { Arn: busArn('none') } },
      'ResourceNotFoundException',
      'Event bus none does not exist.',
    ],
    [
      'a window that ends as it starts',
      { EventEndTime: new Date('2026-01-01T00:00:00Z') },
      'ValidationException',
      'Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime.',
    ],
  ])('refuses %s', async (_what, more, name, message) => {
    await createArchive();
    await expect(startReplay(more)).rejects.toMatchObject({ name, message });
  });

  it('refuses a name that was used before, and an unknown one', async () => {
    await createArchive();
    await startReplay();
    await expect(startReplay()).rejects.toMatchObject({
      name: 'ResourceAlreadyExistsException',
      message: 'Replay again already exists.',
    });
    await expect(events.client.send(new DescribeReplayCommand({ ReplayName: 'none' }))).rejects.toMatchObject(
      {
        name: 'ResourceNotFoundException',
        message: 'Replay none does not exist.',
      },
    );
  });
});
