import { setTimeout as wait } from 'node:timers/promises';
import {
  DeleteRuleCommand,
  DescribeEventBusCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { CreateQueueCommand, DeleteQueueCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { ClientSettings, Target } from './target.ts';

/** What commands put on a bus for the time being begins so. */
export const temporaryPrefix = 'fanbus-temporary-';

/** Where a temporary rule is. */
export interface TemporaryRulePlace {
  readonly settings: ClientSettings;
  readonly bus: string;
  /** Of the rule and of the queue that it feeds. */
  readonly name: string;
  /** What a person does about one that could not be removed: the end of a sentence. */
  readonly remedy: string;
}

export interface TemporaryRuleOptions extends TemporaryRulePlace {
  /** JSON text. */
  readonly pattern: string;
  readonly description: string;
  /** Of the queue, as SQS takes them. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Of the queue: what others are to know of it, also when its maker was killed. */
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * Makes a rule and a queue that it feeds, for the time being. Whoever opens them must remove them. Rejects after removing what was made
 * so far.
 */
export async function openTemporaryRule({
  attributes,
  description,
  pattern,
  tags,
  ...place
}: TemporaryRuleOptions): Promise<{ readonly queueUrl: string; readonly ruleArn: string }> {
  const { bus, name, settings } = place;
  const events = new EventBridgeClient(settings);
  const sqs = new SQSClient(settings);
  let isBegun = false;
  try {
    const { Arn = '' } = await events.send(new DescribeEventBusCommand({ Name: bus }));
    const [, partition, , region, accountId] = Arn.split(':');
    const queueArn = `arn:${partition}:sqs:${region}:${accountId}:${name}`;
    const ruleArn = `arn:${partition}:events:${region}:${accountId}:rule/${bus === 'default' ? '' : `${bus}/`}${name}`;
    isBegun = true;
    // First made and last removed: what a killed process leaves is found by its queue.
    const { QueueUrl: queueUrl = '' } = await sqs.send(
      new CreateQueueCommand({
        QueueName: name,
        Attributes: { ...attributes, Policy: letIn(queueArn, ruleArn) },
        tags,
      }),
    );
    await events.send(
      new PutRuleCommand({
        Name: name,
        EventBusName: bus,
        EventPattern: pattern,
        Description: description,
      }),
    );
    const Targets = [{ Id: TARGET, Arn: queueArn }];
    await events.send(new PutTargetsCommand({ Rule: name, EventBusName: bus, Targets }));
    return { queueUrl, ruleArn };
  } catch (error) {
    if (isBegun) await removeTemporaryRule(place);
    throw error;
  } finally {
    for (const client of [events, sqs]) client.destroy();
  }
}

/** Removes the rule and then the queue, as far as they are there. Throws an `AggregateError` after removing what can be. */
export async function removeTemporaryRule({
  bus: EventBusName,
  name,
  remedy,
  settings,
}: TemporaryRulePlace): Promise<void> {
  const events = new EventBridgeClient(settings);
  const sqs = new SQSClient(settings);
  const steps = [
    () => events.send(new RemoveTargetsCommand({ Rule: name, EventBusName, Ids: [TARGET] })),
    () => events.send(new DeleteRuleCommand({ Name: name, EventBusName })),
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
    throw new AggregateError(failures, `the rule or the queue ${name} could not be removed: ${remedy}.`);
  }
}

/** Resolves when a new rule is sure to hold: on AWS that takes "a short period of time", and what a replay brings before is lost. */
export async function untilRuleHolds({ kind }: Pick<Target, 'kind'>, signal: AbortSignal): Promise<void> {
  if (kind === 'aws') await wait(30_000, undefined, { signal });
}

const TARGET = 'queue';

/** It was never made, or somebody else has removed it. */
const GONE: ReadonlySet<string> = new Set(['QueueDoesNotExist', 'ResourceNotFoundException']);

function letIn(Resource: string, ruleArn: string): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource,
      Condition: { ArnEquals: { 'aws:SourceArn': ruleArn } },
    },
  });
}
