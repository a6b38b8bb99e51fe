import {
  type ReplayState as AwsState,
  DescribeReplayCommand,
  EventBridgeClient,
} from '@aws-sdk/client-eventbridge';
import {
  GetQueueAttributesCommand,
  paginateListQueues,
  QueueDoesNotExist,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { didYouMeanOrAll } from '../nearest.ts';
import type { Target } from '../target/target.ts';
import { UserError } from '../user-error.ts';
import type { OpenedReplay } from './open-replay.ts';
import { hasFeeder, type ReplayState, readState, replayPrefix } from './replay-state.ts';

/** A replay that is under way, or that somebody has left. */
export interface FoundReplay extends OpenedReplay, ReplayState {
  /** What AWS's own replay does, which brings the events. */
  readonly awsState?: AwsState;
  /** How many events wait to be handed on, about. */
  readonly waiting: number;
  /** Whether somebody hands them on. */
  readonly isFed: boolean;
}

/** The stage's replays, oldest first. */
export async function findReplays(target: Target): Promise<readonly FoundReplay[]> {
  const events = new EventBridgeClient(target.settings);
  const sqs = new SQSClient(target.settings);
  try {
    const urls: string[] = [];
    const pages = paginateListQueues(
      { client: sqs, pageSize: 1_000 },
      { QueueNamePrefix: replayPrefix(target) },
    );
    for await (const { QueueUrls = [] } of pages) urls.push(...QueueUrls);
    const found = await Promise.all(
      urls.map((queueUrl) =>
        describe(queueUrl, { events, sqs }).catch((error: unknown) => {
          // Removed meanwhile.
          if (error instanceof QueueDoesNotExist) return undefined;
          throw error;
        }),
      ),
    );
    return found.flatMap((one) => one ?? []).sort((a, b) => a.name.localeCompare(b.name));
  } finally {
    for (const client of [events, sqs]) client.destroy();
  }
}

/** The replay of that name. Throws `UserError` with those there are. */
export async function requireReplay(target: Target, name: string): Promise<FoundReplay> {
  const replays = await findReplays(target);
  const found = replays.find((replay) => replay.name === name);
  if (found) return found;
  const names = replays.map((replay) => replay.name);
  throw new UserError(
    `no replay "${name}" is under way on stage ${target.stage}.${didYouMeanOrAll(name, names)}`,
  );
}

async function describe(
  queueUrl: string,
  { events, sqs }: { readonly events: EventBridgeClient; readonly sqs: SQSClient },
): Promise<FoundReplay | undefined> {
  const name = queueUrl.slice(queueUrl.lastIndexOf('/') + 1);
  const [state, awsState, { Attributes = {} }] = await Promise.all([
    readState(queueUrl, sqs),
    awsStateOf(name, events),
    sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: queueUrl,
        AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
      }),
    ),
  ]);
  if (state === undefined) return undefined;
  return {
    name,
    queueUrl,
    ...state,
    ...(awsState !== undefined && { awsState }),
    waiting:
      Number(Attributes.ApproximateNumberOfMessages) +
      Number(Attributes.ApproximateNumberOfMessagesNotVisible),
    isFed: hasFeeder(state),
  };
}

/** Undefined of one that was not started yet. */
async function awsStateOf(ReplayName: string, events: EventBridgeClient): Promise<AwsState | undefined> {
  try {
    return (await events.send(new DescribeReplayCommand({ ReplayName }))).State;
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}
