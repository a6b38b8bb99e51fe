import { DescribeArchiveCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { UserError } from '../user-error.ts';
import type { Target } from './target.ts';

/** What a bus has kept for replays. */
export interface KeptArchive {
  readonly name: string;
  readonly arn: string;
  readonly busArn: string;
  /** 0: for ever. */
  readonly retentionDays: number;
  /** Milliseconds: what happened before is not in it, or not any more. */
  readonly keptSince: number;
  /** On AWS both are right within 24 hours only. */
  readonly events: number;
  readonly bytes: number;
}

/** The archive of the stage's bus. Throws `UserError` when there is none. */
export async function readArchive({ names, settings }: Target, now: number): Promise<KeptArchive> {
  const events = new EventBridgeClient(settings);
  try {
    const found = await events.send(new DescribeArchiveCommand({ ArchiveName: names.archive }));
    const { ArchiveArn = '', CreationTime, EventCount = 0, EventSourceArn = '' } = found;
    const { RetentionDays = 0, SizeBytes = 0 } = found;
    const oldest = RetentionDays === 0 ? 0 : now - RetentionDays * 86_400_000;
    return {
      name: names.archive,
      arn: ArchiveArn,
      busArn: EventSourceArn,
      retentionDays: RetentionDays,
      keptSince: Math.max(CreationTime?.getTime() ?? 0, oldest),
      events: EventCount,
      bytes: SizeBytes,
    };
  } catch (cause) {
    if (!(cause instanceof Error && cause.name === 'ResourceNotFoundException')) throw cause;
    throw new UserError(`there is no archive ${names.archive}: is this the stage, and is it deployed?`, {
      cause,
    });
  } finally {
    events.destroy();
  }
}
