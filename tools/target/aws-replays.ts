import {
  CancelReplayCommand,
  DescribeReplayCommand,
  EventBridgeClient,
  LimitExceededException,
  type ReplayState,
  StartReplayCommand,
} from '@aws-sdk/client-eventbridge';
import { UserError } from '../user-error.ts';
import type { KeptArchive } from './read-archive.ts';
import type { ClientSettings } from './target.ts';

/** EventBridge's own replays, which alone bring back what an archive keeps. */
export interface AwsReplays {
  /** Begins to bring the events of a time to one rule. Throws `UserError` when AWS has too many replays under way. */
  start(replay: StartedReplay): Promise<void>;
  /** Undefined of one that was not started yet. */
  stateOf(name: string): Promise<ReplayState | undefined>;
  /** Ends one, if it goes on. */
  cancel(name: string): Promise<void>;
  close(): void;
}

export interface StartedReplay {
  /** AWS keeps it for 90 days. */
  readonly name: string;
  readonly archive: Pick<KeptArchive, 'arn' | 'busArn'>;
  /** Milliseconds. */
  readonly since: number;
  readonly until: number;
  readonly ruleArn: string;
}

export function openAwsReplays({ settings }: { readonly settings: ClientSettings }): AwsReplays {
  const client = new EventBridgeClient(settings);

  return {
    async start({ archive, name, ruleArn, since, until }) {
      try {
        await client.send(
          new StartReplayCommand({
            ReplayName: name,
            EventSourceArn: archive.arn,
            Destination: { Arn: archive.busArn, FilterArns: [ruleArn] },
            EventStartTime: new Date(since),
            EventEndTime: new Date(until),
          }),
        );
      } catch (cause) {
        if (!(cause instanceof LimitExceededException)) throw cause;
        throw new UserError(
          'AWS runs at most 10 replays of an account and region at a time, and so many are under way: try again when one has ended.',
          { cause },
        );
      }
    },

    async stateOf(ReplayName) {
      try {
        return (await client.send(new DescribeReplayCommand({ ReplayName }))).State;
      } catch (error) {
        if (isNamed(error, 'ResourceNotFoundException')) return undefined;
        throw error;
      }
    },

    async cancel(ReplayName) {
      try {
        await client.send(new CancelReplayCommand({ ReplayName }));
      } catch (error) {
        // It was never begun, or is over.
        if (!isNamed(error, 'ResourceNotFoundException', 'IllegalStatusException')) throw error;
      }
    },

    close: () => client.destroy(),
  };
}

function isNamed(error: unknown, ...names: readonly string[]): boolean {
  return error instanceof Error && names.includes(error.name);
}
