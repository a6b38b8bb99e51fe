import {
  CreateArchiveCommand,
  DescribeReplayCommand,
  ListReplaysCommand,
  StartReplayCommand,
} from '@aws-sdk/client-eventbridge';
import { expect, it } from 'vitest';
import { entry, openEvents } from './open-events.ts';

it('keeps a replay, and so its name, for 90 days after its end', async () => {
  const events = await openEvents();
  const bus = 'arn:aws:events:us-east-1:000000000000:event-bus/default';
  await events.client.send(new CreateArchiveCommand({ ArchiveName: 'kept', EventSourceArn: bus }));
  const queue = events.queue('heard');
  await events.rule({ name: 'hear', pattern: { 'replay-name': ['again'] }, target: { Arn: queue } });
  await events.put(entry);
  const start = () =>
    events.client.send(
      new StartReplayCommand({
        ReplayName: 'again',
        EventSourceArn: 'arn:aws:events:us-east-1:000000000000:archive/kept',
        Destination: { Arn: bus },
        EventStartTime: new Date(0),
        EventEndTime: new Date('2100-01-01T00:00:00Z'),
      }),
    );
  await start();
  await events.observations.waitFor('delivered');
  const describeReplay = () => events.client.send(new DescribeReplayCommand({ ReplayName: 'again' }));
  expect((await describeReplay()).State).toBe('COMPLETED');

  events.clock.advance(89 * 86_400_000);
  await expect(start()).rejects.toMatchObject({ name: 'ResourceAlreadyExistsException' });
  events.clock.advance(2 * 86_400_000);
  await expect(describeReplay()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  expect((await events.client.send(new ListReplaysCommand({}))).Replays).toEqual([]);
  await start();
  await events.close();
});
