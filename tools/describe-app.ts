import type { DeployedApp, DeployProgress } from './local/deploy/deploy-assembly.ts';

/** What a deployment made that events come from or go to, and the outputs: a few lines for each stack. */
export function describeApp({ stacks }: DeployedApp, progress: readonly DeployProgress[]): string {
  return stacks
    .map(({ name, outputs, resources }) =>
      [
        `  ${name}`,
        ...progress
          .filter(({ action, stackName }) => stackName === name && action !== 'removed')
          .filter(({ type }) => Object.hasOwn(kinds, type))
          .map(({ logicalId, type }) => line(kinds[type] ?? '', resources[logicalId]?.physicalId ?? '')),
        ...Object.entries(outputs).map(([output, value]) => line('output', `${output} = ${value}`)),
      ].join('\n'),
    )
    .join('\n\n');
}

const kinds: Readonly<Record<string, string>> = {
  'AWS::Events::EventBus': 'bus',
  'AWS::Events::Rule': 'rule',
  'AWS::Events::Archive': 'archive',
  'AWS::SQS::Queue': 'queue',
  'AWS::Lambda::Function': 'function',
  'AWS::S3::Bucket': 'bucket',
  'AWS::DynamoDB::Table': 'table',
  'AWS::DynamoDB::GlobalTable': 'table',
  'AWS::Logs::LogGroup': 'log group',
};

function line(kind: string, what: string): string {
  return `    ${kind.padEnd(10)} ${what}`;
}
