import { CreateArchiveCommand, StartReplayCommand } from '@aws-sdk/client-eventbridge';
import { expect, it } from 'vitest';
import { entry, openEvents } from './open-events.ts';

it('replays only what was published before the delay, when the engine has one', async () => {
  const events = await openEvents({ archiveDelayMs: 600_000 });
  const bus = 'arn:aws:events:us-east-1:000000000000:event-bus/default';
  await events.client.send(new CreateArchiveCommand({ ArchiveName: 'late', EventSourceArn: bus }));
  const queue = events.queue('heard');
  await events.rule({ name: 'hear', pattern: { 'replay-name': [{ exists: true }] }, target: { Arn: queue } });
  const replay = (ReplayName: string) =>
    events.client.send(
      new StartReplayCommand({
        ReplayName,
        EventSourceArn: 'arn:aws:events:us-east-1:000000000000:archive/late',
        Destination: { Arn: bus },
        EventStartTime: new Date(0),
        EventEndTime: new Date('2100-01-01T00:00:00Z'),
      }),
    );

  await events.put({ ...entry, DetailType: 'early' });
  events.clock.advance(600_000);
  await events.put({ ...entry, DetailType: 'late' });
  await replay('too-soon');
  await events.observations.waitFor('delivered');
  events.clock.advance(600_000);
  await replay('in-time');
  await events.observations.waitFor('delivered', () => delivered().length === 3);
  expect(events.take(queue).map(({ body }) => heard(body))).toEqual([
    'early by too-soon',
    'early by in-time',
    'late by in-time',
  ]);
  await events.close();

  function heard(body: string) {
    const event = JSON.parse(body);
    return `${event['detail-type']} by ${event['replay-name']}`;
  }

  function delivered() {
    return events.observations.recent().filter(({ kind }) => kind === 'delivered');
  }
});
