import {
  CloudFormationClient,
  GetTemplateCommand,
  paginateDescribeStacks,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import type { Target } from '../target/target.ts';
import type { DeployedStack } from './plan-deployment.ts';

/** A stack of the stage, as CloudFormation has it. */
export interface StackThere extends DeployedStack {
  readonly stackName: string;
  readonly isProtected: boolean;
}

/** The stacks of the stage, whoever deployed them, by name. */
export async function readDeployedStacks({ names, settings }: Target): Promise<readonly StackThere[]> {
  const prefix = names.stack('');
  const client = new CloudFormationClient(settings);
  try {
    const stacks: Stack[] = [];
    for await (const { Stacks = [] } of paginateDescribeStacks({ client }, {})) stacks.push(...Stacks);
    const ours = stacks.filter(({ StackName = '' }) => StackName.startsWith(prefix));
    const read = ours.map(async ({ EnableTerminationProtection, StackName = '', StackStatus = '' }) => ({
      name: StackName.slice(prefix.length),
      stackName: StackName,
      status: StackStatus,
      isProtected: EnableTerminationProtection === true,
      template: isEmpty(StackStatus) ? {} : await templateOf(StackName, client),
    }));
    return (await Promise.all(read)).sort((a, b) => a.name.localeCompare(b.name));
  } finally {
    client.destroy();
  }
}

/** Whether nothing of the stack is there: its first deployment was never begun, or failed and was taken back. */
export function isEmpty(status: string): boolean {
  return status === 'REVIEW_IN_PROGRESS' || status === 'ROLLBACK_COMPLETE';
}

async function templateOf(
  StackName: string,
  client: CloudFormationClient,
): Promise<DeployedStack['template']> {
  const { TemplateBody = '{}' } = await client.send(
    new GetTemplateCommand({ StackName, TemplateStage: 'Original' }),
  );
  return JSON.parse(TemplateBody);
}
