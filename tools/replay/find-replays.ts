import type { ReplayState as AwsState } from '@aws-sdk/client-eventbridge';
import { QueueDoesNotExist, SQSClient } from '@aws-sdk/client-sqs';
import { didYouMeanOrAll } from '../nearest.ts';
import { type AwsReplays, openAwsReplays } from '../target/aws-replays.ts';
import { countMessages } from '../target/count-messages.ts';
import { listQueues } from '../target/list-queues.ts';
import type { QueuePlace } from '../target/read-consumers.ts';
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
  const aws = openAwsReplays(target);
  const sqs = new SQSClient(target.settings);
  try {
    const queues = await listQueues(replayPrefix(target), sqs);
    const found = await Promise.all(
      queues.map((queue) =>
        describe(queue, { aws, sqs }).catch((error: unknown) => {
          // Removed meanwhile.
          if (error instanceof QueueDoesNotExist) return undefined;
          throw error;
        }),
      ),
    );
    return found.flatMap((one) => one ?? []).sort((a, b) => a.name.localeCompare(b.name));
  } finally {
    aws.close();
    sqs.destroy();
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
  { name, url: queueUrl }: Pick<QueuePlace, 'name' | 'url'>,
  { aws, sqs }: { readonly aws: AwsReplays; readonly sqs: SQSClient },
): Promise<FoundReplay | undefined> {
  const [state, awsState, waiting] = await Promise.all([
    readState(queueUrl, sqs),
    aws.stateOf(name),
    countMessages(queueUrl, sqs),
  ]);
  if (state === undefined) return undefined;
  return {
    name,
    queueUrl,
    ...state,
    ...(awsState !== undefined && { awsState }),
    waiting,
    isFed: hasFeeder(state),
  };
}
