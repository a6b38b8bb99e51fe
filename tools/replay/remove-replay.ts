import {
  CancelReplayCommand,
  DeleteRuleCommand,
  EventBridgeClient,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { DeleteQueueCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Target } from '../target/target.ts';

/**
 * Ends AWS's replay, and removes its rule and then its queue, as far as they are there. Throws an `AggregateError` when some of it could
 * not be done, after doing the rest.
 */
export async function removeReplay({ names, settings }: Target, name: string): Promise<void> {
  const events = new EventBridgeClient(settings);
  const sqs = new SQSClient(settings);
  const rule = { Rule: name, EventBusName: names.bus };
  const steps = [
    () => events.send(new CancelReplayCommand({ ReplayName: name })),
    () => events.send(new RemoveTargetsCommand({ ...rule, Ids: ['queue'] })),
    () => events.send(new DeleteRuleCommand({ Name: name, EventBusName: names.bus })),
    async () => {
      const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: name }));
      return sqs.send(new DeleteQueueCommand({ QueueUrl }));
    },
  ];
  const failures: unknown[] = [];
  for (const step of steps) {
    await step().catch((error: unknown) => {
      if (!(error instanceof Error && GONE.has(error.name))) failures.push(error);
    });
  }
  for (const client of [events, sqs]) client.destroy();
  if (failures.length > 0) {
    throw new AggregateError(
      failures,
      `something of the replay ${name} could not be removed: npx fanbus replay cancel ${name} tries again.`,
    );
  }
}

/** It has ended, or was never there. */
const GONE: ReadonlySet<string> = new Set([
  'IllegalStatusException',
  'QueueDoesNotExist',
  'ResourceNotFoundException',
]);
