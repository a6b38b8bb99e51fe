import {
  CreateEventBusCommand,
  DeleteEventBusCommand,
  DescribeEventBusCommand,
  ListEventBusesCommand,
  ListTagsForResourceCommand,
  PutPermissionCommand,
  PutRuleCommand,
  RemovePermissionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateEventBusCommand,
} from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Events, entry, openEvents } from './open-events.ts';

let events: Events;

beforeEach(async () => {
  events = await openEvents();
});

afterEach(() => events.close());

const appArn = 'arn:aws:events:us-east-1:000000000000:event-bus/app';
const createApp = () => events.client.send(new CreateEventBusCommand({ Name: 'app' }));
const describeBus = (Name?: string) => events.client.send(new DescribeEventBusCommand({ Name }));

describe('an event bus', () => {
  it('is there by default', async () => {
    expect(await describeBus()).toMatchObject({
      Name: 'default',
      Arn: 'arn:aws:events:us-east-1:000000000000:event-bus/default',
    });
  });

  it('is created, described by name or ARN, updated, listed and deleted', async () => {
    expect((await createApp()).EventBusArn).toBe(appArn);
    await events.client.send(new UpdateEventBusCommand({ Name: 'app', Description: 'ours' }));
    expect(await describeBus(appArn)).toMatchObject({
      Name: 'app',
      Description: 'ours',
      CreationTime: expect.any(Date),
    });
    const { EventBuses } = await events.client.send(new ListEventBusesCommand({ NamePrefix: 'a' }));
    expect(EventBuses?.map(({ Name }) => Name)).toEqual(['app']);
    await events.client.send(new DeleteEventBusCommand({ Name: 'app' }));
    await expect(describeBus('app')).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Event bus app does not exist.',
    });
  });

  it('keeps its events from the rules of other buses, and takes entries by name or ARN', async () => {
    await createApp();
    const queue = events.queue('heard');
    await events.rule({ name: 'hear', bus: 'app', target: { Arn: queue } });
    await events.put(entry, { ...entry, EventBusName: 'app' }, { ...entry, EventBusName: appArn });
    await events.observations.waitFor(
      'delivered',
      () => events.observations.recent().filter(({ kind }) => kind === 'delivered').length === 2,
    );
    expect(events.take(queue)).toHaveLength(2);
    const published = events.observations
      .recent()
      .flatMap((one) => (one.kind === 'published' ? [one.bus] : []));
    expect(published).toEqual(['default', 'app', 'app']);
  });

  it('refuses a second one of its name', async () => {
    await createApp();
    await expect(createApp()).rejects.toMatchObject({
      name: 'ResourceAlreadyExistsException',
      message: 'Event bus app already exists.',
    });
  });

  it('refuses to be deleted when it is the default one, or has rules', async () => {
    await createApp();
    await events.client.send(
      new PutRuleCommand({ Name: 'r', EventBusName: 'app', EventPattern: '{"source":["x"]}' }),
    );
    const remove = (Name: string) => events.client.send(new DeleteEventBusCommand({ Name }));
    await expect(remove('default')).rejects.toMatchObject({ message: 'Cannot delete event bus default.' });
    await expect(remove('app')).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('keeps the permissions given to it', async () => {
    await createApp();
    const permission = {
      EventBusName: 'app',
      StatementId: 's1',
      Action: 'events:PutEvents',
      Principal: '111122223333',
    };
    await events.client.send(new PutPermissionCommand(permission));
    expect(JSON.parse((await describeBus('app')).Policy ?? '')).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 's1',
          Effect: 'Allow',
          Principal: { AWS: 'arn:aws:iam::111122223333:root' },
          Action: 'events:PutEvents',
          Resource: appArn,
        },
      ],
    });
    await events.client.send(new RemovePermissionCommand({ EventBusName: 'app', StatementId: 's1' }));
    expect((await describeBus('app')).Policy).toBeUndefined();
  });

  it('carries tags, as its rules do', async () => {
    await createApp();
    const rule = {
      Name: 'r',
      EventBusName: 'app',
      EventPattern: '{"source":["x"]}',
      Tags: [{ Key: 'a', Value: '1' }],
    };
    const { RuleArn } = await events.client.send(new PutRuleCommand(rule));
    for (const ResourceARN of [appArn, RuleArn]) {
      await events.client.send(new TagResourceCommand({ ResourceARN, Tags: [{ Key: 'b', Value: '2' }] }));
      await events.client.send(new UntagResourceCommand({ ResourceARN, TagKeys: ['a', 'never'] }));
      const { Tags } = await events.client.send(new ListTagsForResourceCommand({ ResourceARN }));
      expect(Tags).toEqual([{ Key: 'b', Value: '2' }]);
    }
    const unknown = new ListTagsForResourceCommand({
      ResourceARN: 'arn:aws:events:us-east-1:000000000000:rule/app/none',
    });
    await expect(events.client.send(unknown)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Rule none does not exist on EventBus app.',
    });
  });
});
