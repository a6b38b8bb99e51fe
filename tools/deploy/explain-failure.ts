import { ToolkitError } from '@aws-cdk/toolkit-lib';
import type { Target } from '../target/target.ts';
import { awsOptions } from './aws-options.ts';
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
  const reasons = progress.flatMap((one) =>
    one.kind === 'resource' && isCause(one)
      ? [`${one.stackName}: ${one.type} ${one.logicalId}: ${one.reason}`]
      : [],
  );
  const reason = reasons.length > 0 ? [...new Set(reasons)].join('\n  and ') : causes.at(-1)?.message;
  const states = stacks.map((name) => {
    const stackName = target.names.stack(name);
    const said = progress.filter((one) => one.stackName === stackName);
    if (said.some(({ kind }) => kind === 'done')) return `  ${name}: deployed.`;
    if (said.length === 0) return `  ${name}: not begun.`;
    const stack = there.find((one) => one.stackName === stackName);
    return `  ${name}: ${stateOf(stack, target)}`;
  });
  return [`the deployment failed: ${reason ?? error}`, ...states].join('\n');
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
    return `${stack.status}: put right what stands in the way, then aws cloudformation continue-update-rollback --stack-name ${stack.stackName} ${awsOptions(target)}`;
  }
  return `${stack.status}.`;
}

function causesOf(error: unknown): readonly Error[] {
  return error instanceof Error ? [error, ...causesOf(error.cause)] : [];
}
