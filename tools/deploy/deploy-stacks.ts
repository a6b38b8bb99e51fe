import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  BaseCredentials,
  type DeployOptions,
  type IIoHost,
  type IoMessage,
  type StackActivity,
  type StackDeployProgress,
  StackSelectionStrategy,
  Toolkit,
} from '@aws-cdk/toolkit-lib';
import { rejectOnAbort } from '../stop-signal.ts';
import type { ClientSettings, Target } from '../target/target.ts';

export interface DeployStacksOptions {
  readonly target: Target;
  /** The folder of the cloud assembly. The toolkit keeps its zips in it, which nobody else reads. */
  readonly assembly: string;
  /** The names of the stacks, without the stage's prefix. */
  readonly stacks: readonly string[];
  readonly onProgress: (progress: StackProgress) => void;
  /** Ends the wait; CloudFormation goes on with what it has begun. */
  readonly signal: AbortSignal;
}

/** What CloudFormation says of a resource, or that a stack is begun or done. */
export type StackProgress =
  | {
      readonly kind: 'resource';
      readonly stackName: string;
      readonly logicalId: string;
      readonly type: string;
      readonly status: string;
      readonly reason?: string;
    }
  | { readonly kind: 'begun'; readonly stackName: string }
  | { readonly kind: 'done'; readonly stackName: string };

/** Deploys stacks by CDK's toolkit, as `cdk deploy` does: each after those it depends on. Rejects with the toolkit's error. */
export async function deployStacks(options: DeployStacksOptions): Promise<void> {
  const { assembly, onProgress, signal, stacks, target } = options;
  const { endpoint } = target.settings;
  const { AWS_ENDPOINT_URL = '' } = process.env;
  // The toolkit's clients of AWS can be sent elsewhere by the environment alone.
  if (endpoint !== undefined) process.env.AWS_ENDPOINT_URL = endpoint;
  const toolkit = new Toolkit({
    ioHost: listener(onProgress),
    color: false,
    emojis: false,
    sdkConfig: { baseCredentials: credentialsOf(target.settings) },
  });
  const removeLocks = () => removeLocksOf(assembly);
  process.once('exit', removeLocks);
  try {
    await Promise.race([
      toolkit.deploy(await toolkit.fromAssemblyDirectory(assembly), {
        stacks: { strategy: StackSelectionStrategy.PATTERN_MUST_MATCH, patterns: [...stacks] },
        concurrency: AT_ONCE,
        ...(target.kind === 'local' && { stackEventPollingInterval: 200 }),
      } satisfies DeployOptions),
      rejectOnAbort(signal),
    ]);
  } finally {
    process.off('exit', removeLocks);
    removeLocks();
    // To the SDK an empty one is none.
    process.env.AWS_ENDPOINT_URL = AWS_ENDPOINT_URL;
  }
}

/** As many as CloudFormation answers about without throttling. */
const AT_ONCE = 4;

function listener(onProgress: DeployStacksOptions['onProgress']): IIoHost {
  return {
    async notify({ code, data }: IoMessage<unknown>) {
      if (code === 'CDK_TOOLKIT_I5502') {
        const { event } = data as StackActivity;
        onProgress({
          kind: 'resource',
          stackName: event.StackName ?? '',
          logicalId: event.LogicalResourceId ?? '',
          type: event.ResourceType ?? '',
          status: event.ResourceStatus ?? '',
          reason: event.ResourceStatusReason,
        });
      } else if (code === 'CDK_TOOLKIT_I5100') {
        onProgress({ kind: 'begun', stackName: (data as StackDeployProgress).stack.stackName });
      } else if (code === 'CDK_TOOLKIT_I5900') {
        // `arn:aws:cloudformation:<region>:<account>:stack/<name>/<id>`
        const { stackArn } = data as { readonly stackArn: string };
        onProgress({ kind: 'done', stackName: stackArn.split('/')[1] ?? '' });
      }
    },
    // The person has agreed to the plan already.
    requestResponse: async ({ defaultResponse }) => defaultResponse,
  };
}

function credentialsOf({ credentials, profile, region }: ClientSettings) {
  if (credentials === undefined) return BaseCredentials.awsCliCompatible({ profile, defaultRegion: region });
  const provider = typeof credentials === 'function' ? credentials : async () => credentials;
  return BaseCredentials.custom({ provider, region });
}

/** What the toolkit leaves when the process ends before it. */
function removeLocksOf(assembly: string): void {
  for (const name of readdirSync(assembly)) {
    if (name.startsWith(`read.${process.pid}.`)) rmSync(join(assembly, name), { force: true });
  }
}
