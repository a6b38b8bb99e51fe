import {
  CancelReplayCommand,
  CreateArchiveCommand,
  CreateEventBusCommand,
  DeleteArchiveCommand,
  DescribeArchiveCommand,
  ListArchivesCommand,
  ListReplaysCommand,
  StartReplayCommand,
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

const busArn = 'arn:aws:events:us-east-1:000000000000:event-bus/app';
const archiveArn = 'arn:aws:events:us-east-1:000000000000:archive/kept';
const createArchive = (ArchiveName: string) =>
  events.client.send(new CreateArchiveCommand({ ArchiveName, EventSourceArn: busArn }));
const window = {
  EventSourceArn: archiveArn,
  EventStartTime: new Date('2026-01-01T00:00:00Z'),
  EventEndTime: new Date('2026-01-02T00:00:00Z'),
  Destination: { Arn: busArn },
};

describe('archives', () => {
  it('begin empty, and are listed without their ARN, description and pattern', async () => {
    const Description = 'everything';
    await events.client.send(
      new CreateArchiveCommand({ ArchiveName: 'kept', EventSourceArn: busArn, Description }),
    );
    const { Archives } = await events.client.send(new ListArchivesCommand({}));
    expect(Archives).toEqual([
      {
        ArchiveName: 'kept',
        CreationTime: expect.any(Date),
        EventCount: 0,
        EventSourceArn: busArn,
        RetentionDays: 0,
        SizeBytes: 0,
        State: 'ENABLED',
      },
    ]);
    const described = await events.client.send(new DescribeArchiveCommand({ ArchiveName: 'kept' }));
    expect(described).toMatchObject({ ArchiveArn: archiveArn, Description });
    expect(described).not.toHaveProperty('EventPattern');
  });

  it('answer an update with their ARN and state, and a deletion with nothing', async () => {
    await createArchive('kept');
    const { $metadata: _, ...updated } = await events.client.send(
      new UpdateArchiveCommand({ ArchiveName: 'kept', RetentionDays: 2 }),
    );
    expect(updated).toEqual({ ArchiveArn: archiveArn, CreationTime: expect.any(Date), State: 'ENABLED' });
    const { $metadata: __, ...deleted } = await events.client.send(
      new DeleteArchiveCommand({ ArchiveName: 'kept' }),
    );
    expect(deleted).toEqual({});
  });

  it('are none when the filter finds none, and an error when its bus is unknown', async () => {
    await createArchive('kept');
    expect((await events.client.send(new ListArchivesCommand({ NamePrefix: 'other' }))).Archives).toEqual([]);
    await expect(
      events.client.send(new ListArchivesCommand({ EventSourceArn: busArn.replace('app', 'none') })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException', message: 'Event bus none does not exist.' });
  });
});

describe('replays', () => {
  it('are listed without description, destination and ARN, and without a last event when there was none', async () => {
    await createArchive('kept');
    await events.client.send(
      new StartReplayCommand({ ReplayName: 'nothing', Description: 'of an empty archive', ...window }),
    );
    const { Replays } = await events.client.send(new ListReplaysCommand({ NamePrefix: 'noth' }));
    expect(Replays).toHaveLength(1);
    for (const member of ['EventLastReplayedTime', 'Description', 'Destination', 'ReplayArn']) {
      expect(Replays?.[0]).not.toHaveProperty(member);
    }
    expect(Replays?.[0]).toMatchObject({
      ReplayName: 'nothing',
      EventSourceArn: archiveArn,
      EventStartTime: window.EventStartTime,
      EventEndTime: window.EventEndTime,
    });
  });

  it('are listed by archive, page by page', async () => {
    await createArchive('kept');
    await createArchive('other');
    const other = archiveArn.replace('kept', 'other');
    for (const ReplayName of ['a', 'b', 'c']) {
      await events.client.send(
        new StartReplayCommand({
          ...window,
          ReplayName,
          EventSourceArn: ReplayName === 'b' ? other : archiveArn,
        }),
      );
    }
    const list = async (filter: object) => {
      const { Replays, NextToken } = await events.client.send(new ListReplaysCommand(filter));
      return { names: Replays?.map(({ ReplayName }) => ReplayName), NextToken };
    };
    expect((await list({ EventSourceArn: other })).names).toEqual(['b']);
    const first = await list({ Limit: 2 });
    expect(first).toEqual({ names: ['a', 'b'], NextToken: expect.any(String) });
    expect(await list({ Limit: 2, NextToken: first.NextToken })).toEqual({
      names: ['c'],
      NextToken: undefined,
    });
  });

  it('refuse to be more than ten at a time, and a window that ends before it starts', async () => {
    await createArchive('kept');
    await events.put({ ...entry, EventBusName: 'app', Time: new Date('2026-01-01T12:00:00Z') });
    const operations = events.buses.protocol.kind === 'json' ? events.buses.protocol.operations : {};
    const caller = { kind: 'user', name: 'user' } as const;
    const start = (ReplayName: string) =>
      operations.StartReplay?.(
        {
          ReplayName,
          EventSourceArn: archiveArn,
          EventStartTime: 0,
          EventEndTime: 4_000_000_000,
          Destination: { Arn: busArn },
        },
        caller,
      );
    // In process, all reach the engine before the first replay's first turn.
    const outcomes = await Promise.allSettled(
      Array.from({ length: 11 }, async (_, n) => start(`replay-${n}`)),
    );
    expect(outcomes.slice(0, 10).map(({ status }) => status)).toEqual(new Array(10).fill('fulfilled'));
    expect(outcomes[10]).toMatchObject({
      status: 'rejected',
      reason: {
        code: 'LimitExceededException',
        message: 'The requested resource exceeds the maximum number allowed.',
      },
    });
    await expect(
      events.client.send(
        new StartReplayCommand({
          ...window,
          ReplayName: 'back',
          EventEndTime: new Date('2025-12-31T23:59:50Z'),
        }),
      ),
    ).rejects.toMatchObject({
      message: 'Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime.',
    });
  });

  it('refuse to cancel one that is unknown', async () => {
    await expect(events.client.send(new CancelReplayCommand({ ReplayName: 'none' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Replay none does not exist.',
    });
  });
});
