import { ToolkitError } from '@aws-cdk/toolkit-lib';
import type { Target } from '../target/target.ts';
import type { StackProgress } from './deploy-stacks.ts';
import type { StackThere } from './read-deployed-stacks.ts';

export interface FailedDeployment {
  readonly target: Target;
  /** What was to be deployed, by name. */
  readonly stacks: readonly string[];
  readonly progress: readonly StackProgress[];
  /** What is deployed now. */
  readonly there: readonly StackThere[];
}

/** What a deployment that failed says to whoever asked for it: which resource, why, and how things stand now. */
export function explainFailure(
  error: unknown,
  { progress, stacks, target, there }: FailedDeployment,
): string {
  const causes = causesOf(error);
  if (causes.some((one) => ToolkitError.isBootstrapError(one) || /bootstrapped\?/.test(one.message))) {
    const profile = target.settings.profile === undefined ? '' : ` --profile ${target.settings.profile}`;
    return `account ${target.accountId} is not ready for CDK in ${target.region}, and nothing was deployed. Run this once, then deploy again: npx cdk bootstrap aws://${target.accountId}/${target.region}${profile}`;
  }
  const failed = progress.filter((one) => one.kind === 'resource' && isCause(one));
  const done = new Set(progress.flatMap((one) => (one.kind === 'done' ? [one.stackName] : [])));
  const lines = stacks.flatMap((name) => {
    const stackName = target.names.stack(name);
    if (done.has(stackName)) return [`  ${name}: deployed.`];
    const begun = progress.some((one) => one.stackName === stackName);
    if (!begun) return [`  ${name}: not begun.`];
    return [
      `  ${name}: ${stateOf(
        there.find((one) => one.stackName === stackName),
        target,
      )}`,
    ];
  });
  const reasons =
    failed.length > 0
      ? failed.map((one) =>
          one.kind === 'resource' ? `${one.stackName}: ${one.type} ${one.logicalId}: ${one.reason}` : '',
        )
      : [causes.at(-1)?.message ?? String(error)];
  return [`the deployment failed: ${[...new Set(reasons)].join('\n  and ')}`, ...lines].join('\n');
}

/** What fails because another resource has is none. */
function isCause({ reason = '', status, type }: Extract<StackProgress, { kind: 'resource' }>): boolean {
  return status.endsWith('_FAILED') && type !== 'AWS::CloudFormation::Stack' && !/cancelled/.test(reason);
}

function stateOf(stack: StackThere | undefined, target: Target): string {
  if (stack === undefined || stack.status === 'ROLLBACK_COMPLETE' || stack.status === 'REVIEW_IN_PROGRESS') {
    return 'rolled back; nothing of it is there. Put right what failed and deploy again.';
  }
  if (stack.status === 'UPDATE_ROLLBACK_COMPLETE') {
    return 'rolled back; it is as it was before. Put right what failed and deploy again.';
  }
  if (stack.status === 'UPDATE_ROLLBACK_FAILED') {
    const options = [target.settings.region, target.settings.profile].flatMap((value, n) =>
      value === undefined ? [] : [`--${['region', 'profile'][n]} ${value}`],
    );
    return `${stack.status}: put right what stands in the way, then aws cloudformation continue-update-rollback --stack-name ${stack.stackName} ${options.join(' ')}`;
  }
  return `${stack.status}.`;
}

function causesOf(error: unknown): readonly Error[] {
  return error instanceof Error ? [error, ...causesOf(error.cause)] : [];
}
