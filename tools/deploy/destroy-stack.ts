import { setTimeout as wait } from 'node:timers/promises';
import {
  type CloudFormationClient,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { DeleteObjectsCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import type { ClientSettings } from '../target/target.ts';
import { UserError } from '../user-error.ts';
import type { Contents } from './describe-contents.ts';

export interface DestroyStackOptions {
  readonly stackName: string;
  /** Its buckets are emptied first, those that are kept apart. */
  readonly contents: readonly Contents[];
  readonly cloudFormation: CloudFormationClient;
  readonly settings: ClientSettings;
  /** Ends the wait; CloudFormation goes on. */
  readonly signal: AbortSignal;
}

/** Deletes a stack with what its buckets hold, and waits until it is gone. Throws `UserError` with what CloudFormation could not delete. */
export async function destroyStack(options: DestroyStackOptions): Promise<void> {
  const { cloudFormation, contents, settings, signal, stackName } = options;
  const buckets = contents.filter(({ isKept, kind }) => kind === 'bucket' && !isKept).map(({ name }) => name);
  const { Stacks: [stack] = [] } = await cloudFormation.send(
    new DescribeStacksCommand({ StackName: stackName }),
  );
  // Of a stack that is gone only its id is known.
  const id = stack?.StackId ?? stackName;
  // What a function of the same stack has written meanwhile is found the second time.
  for (let attempt = 1; ; attempt += 1) {
    for (const bucket of buckets) await empty(bucket, { settings, signal });
    await cloudFormation.send(new DeleteStackCommand({ StackName: id }));
    const failure = await untilGone(id, { cloudFormation, isLocal: settings.endpoint !== undefined, signal });
    if (failure === undefined) return;
    if (attempt === 2 || buckets.length === 0) {
      throw new UserError(
        `CloudFormation could not delete ${stackName}: ${failure} Put that right and destroy again.`,
      );
    }
  }
}

/** Answers why it cannot go, once that is certain. */
async function untilGone(
  StackName: string,
  {
    cloudFormation,
    isLocal,
    signal,
  }: {
    readonly cloudFormation: CloudFormationClient;
    readonly isLocal: boolean;
    readonly signal: AbortSignal;
  },
): Promise<string | undefined> {
  for (;;) {
    const { Stacks: [stack] = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
    if (stack === undefined || stack.StackStatus === 'DELETE_COMPLETE') return undefined;
    if (stack.StackStatus !== 'DELETE_IN_PROGRESS') {
      const { StackEvents = [] } = await cloudFormation.send(new DescribeStackEventsCommand({ StackName }));
      const failed = StackEvents.find(
        ({ ResourceStatus, ResourceType }) =>
          ResourceStatus === 'DELETE_FAILED' && ResourceType !== 'AWS::CloudFormation::Stack',
      );
      return `${failed?.PhysicalResourceId ?? failed?.LogicalResourceId ?? 'it'}: ${failed?.ResourceStatusReason ?? stack.StackStatusReason ?? stack.StackStatus}.`;
    }
    await wait(isLocal ? 100 : 3_000, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

async function empty(
  Bucket: string,
  { settings, signal }: Pick<DestroyStackOptions, 'settings' | 'signal'>,
): Promise<void> {
  const s3 = new S3Client(settings);
  try {
    for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket })) {
      signal.throwIfAborted();
      if (Contents.length === 0) continue;
      const Objects = Contents.map(({ Key = '' }) => ({ Key }));
      await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
    }
  } catch (error) {
    // An attempt before this one has deleted it.
    if (!(error instanceof Error && error.name === 'NoSuchBucket')) throw error;
  } finally {
    s3.destroy();
  }
}
