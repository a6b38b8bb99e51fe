import {
  CreateArchiveCommand,
  CreateEventBusCommand,
  DeleteArchiveCommand,
  DeleteEventBusCommand,
  DeleteRuleCommand,
  DescribeRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  ListRuleNamesByTargetCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  TagResourceCommand,
} from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Events, openEvents } from './open-events.ts';

let events: Events;
beforeAll(async () => {
  events = await openEvents();
  await events.client.send(new CreateEventBusCommand({ Name: 'app' }));
  await archive('plain');
  await archive('chosen', '{"detail": {"n": [9007199254740993]} }');
});
afterAll(() => events.close());

const archive = (ArchiveName: string, EventPattern?: string) =>
  events.client.send(
    new CreateArchiveCommand({
      ArchiveName,
      EventPattern,
      EventSourceArn: 'arn:aws:events:us-east-1:000000000000:event-bus/app',
    }),
  );

const Name = 'Events-Archive-plain';
const ruleArn = `arn:aws:events:us-east-1:000000000000:rule/app/${Name}`;
const onApp = { EventBusName: 'app' };

describe("an archive's rule", () => {
  it('is listed on the bus, with a pattern that leaves out replayed events', async () => {
    const { Rules } = await events.client.send(
      new ListRulesCommand({ ...onApp, NamePrefix: 'Events-Archive-' }),
    );
    const listed = { EventBusName: 'app', State: 'ENABLED', ManagedBy: 'prod.vhs.events.aws.internal' };
    expect(Rules).toEqual([
      { ...listed, Name, Arn: ruleArn, EventPattern: '{"replay-name":[{"exists":false}]}' },
      {
        ...listed,
        Name: 'Events-Archive-chosen',
        Arn: 'arn:aws:events:us-east-1:000000000000:rule/app/Events-Archive-chosen',
        EventPattern: '{"detail": {"n": [9007199254740993]},"replay-name":[{"exists":false}]}',
      },
    ]);
  });

  it('is described, and points at EventBridge itself', async () => {
    expect(await events.client.send(new DescribeRuleCommand({ ...onApp, Name }))).toMatchObject({
      Arn: ruleArn,
      CreatedBy: '000000000000',
      ManagedBy: 'prod.vhs.events.aws.internal',
    });
    const { Targets } = await events.client.send(new ListTargetsByRuleCommand({ ...onApp, Rule: Name }));
    expect(Targets).toMatchObject([{ Id: Name, Arn: 'arn:aws:events:us-east-1:::' }]);
    const byTarget = new ListRuleNamesByTargetCommand({ ...onApp, TargetArn: 'arn:aws:events:us-east-1:::' });
    expect((await events.client.send(byTarget)).RuleNames).toEqual([Name, 'Events-Archive-chosen']);
  });

  it('refuses every change', async () => {
    const target = { Id: 't', Arn: 'arn:aws:sqs:us-east-1:000000000000:q' };
    for (const change of [
      () => events.client.send(new PutRuleCommand({ ...onApp, Name, EventPattern: '{"source":["x"]}' })),
      () => events.client.send(new DeleteRuleCommand({ ...onApp, Name })),
      () => events.client.send(new EnableRuleCommand({ ...onApp, Name })),
      () => events.client.send(new DisableRuleCommand({ ...onApp, Name })),
      () => events.client.send(new PutTargetsCommand({ ...onApp, Rule: Name, Targets: [target] })),
      () => events.client.send(new RemoveTargetsCommand({ ...onApp, Rule: Name, Ids: [Name] })),
      () =>
        events.client.send(new TagResourceCommand({ ResourceARN: ruleArn, Tags: [{ Key: 'a', Value: '' }] })),
    ]) {
      await expect(change()).rejects.toMatchObject({ name: 'ManagedRuleException' });
    }
  });

  it('keeps its bus from being deleted, and goes with its archive', async () => {
    const deleteBus = () => events.client.send(new DeleteEventBusCommand({ Name: 'app' }));
    await expect(deleteBus()).rejects.toThrow("Event bus app can't be deleted since it has rules.");
    for (const ArchiveName of ['plain', 'chosen']) {
      await events.client.send(new DeleteArchiveCommand({ ArchiveName }));
    }
    expect((await events.client.send(new ListRulesCommand(onApp))).Rules).toEqual([]);
    await deleteBus();
  });
});
