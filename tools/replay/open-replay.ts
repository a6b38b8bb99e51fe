import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import {
  EventBridgeClient,
  LimitExceededException,
  PutRuleCommand,
  PutTargetsCommand,
  StartReplayCommand,
} from '@aws-sdk/client-eventbridge';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { KeptArchive } from '../target/read-archive.ts';
import type { Target } from '../target/target.ts';
import { UserError } from '../user-error.ts';
import { removeReplay } from './remove-replay.ts';
import { type ReplayState, replayPrefix, tagsOf } from './replay-state.ts';
import { joinPatterns, type Selection } from './selection.ts';

export interface OpenedReplay {
  /** Of the replay, its rule and its queue. */
  readonly name: string;
  readonly queueUrl: string;
}

/**
 * Starts AWS's replay of the selection into a queue of its own, through a rule that live traffic never matches. Whoever opens it must
 * remove it. Rejects after removing what was made so far; with `UserError` when AWS has too many replays under way.
 */
export async function openReplay({
  archive,
  selection,
  signal,
  state,
  target,
}: {
  readonly target: Target;
  readonly archive: KeptArchive;
  readonly selection: Selection;
  readonly state: ReplayState;
  readonly signal: AbortSignal;
}): Promise<OpenedReplay> {
  const { accountId, names, region, settings } = target;
  const events = new EventBridgeClient(settings);
  const sqs = new SQSClient(settings);
  const abort = { abortSignal: signal };
  // AWS keeps the name of a replay for 90 days.
  const time = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
  const name = `${replayPrefix(target)}${time}-${randomBytes(2).toString('hex')}`;
  const inRegion = `${region}:${accountId}`;
  const queueArn = `arn:aws:sqs:${inRegion}:${name}`;
  const ruleArn = `arn:aws:events:${inRegion}:rule/${names.bus}/${name}`;
  try {
    // First made and last removed: what a killed process leaves is found by its queue.
    const { QueueUrl = '' } = await sqs.send(
      new CreateQueueCommand({
        QueueName: name,
        Attributes: {
          MessageRetentionPeriod: String(14 * 86_400),
          VisibilityTimeout: String(HIDDEN_SECONDS),
          Policy: letIn(queueArn, ruleArn),
        },
        tags: tagsOf(state),
      }),
      abort,
    );
    const EventPattern = joinPatterns([...selection.patterns, JSON.stringify({ 'replay-name': [name] })]);
    const rule = { Name: name, EventBusName: names.bus };
    const Description = 'Takes the events of one replay. fanbus replay list shows it.';
    await events.send(new PutRuleCommand({ ...rule, EventPattern, Description }), abort);
    const Targets = [{ Id: 'queue', Arn: queueArn }];
    await events.send(new PutTargetsCommand({ Rule: name, EventBusName: names.bus, Targets }), abort);
    await wait(settleMs(target), undefined, { signal });
    await events.send(
      new StartReplayCommand({
        ReplayName: name,
        EventSourceArn: archive.arn,
        Destination: { Arn: `arn:aws:events:${inRegion}:event-bus/${names.bus}`, FilterArns: [ruleArn] },
        EventStartTime: new Date(selection.since),
        EventEndTime: new Date(selection.until),
      }),
      abort,
    );
    return { name, queueUrl: QueueUrl };
  } catch (error) {
    await removeReplay(target, name);
    signal.throwIfAborted();
    if (!(error instanceof LimitExceededException)) throw error;
    throw new UserError(
      'AWS runs at most 10 replays of an account and region at a time, and so many are under way: try again when one has ended.',
      { cause: error },
    );
  } finally {
    for (const client of [events, sqs]) client.destroy();
  }
}

/** Longer than a feeder holds what it has received, and short for whoever takes over from one that was killed. */
const HIDDEN_SECONDS = 60;

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

/** On AWS a new rule takes "a short period of time" to hold, and what a replay brings before is lost to it. */
function settleMs({ kind }: Target): number {
  return kind === 'aws' ? 30_000 : 0;
}
