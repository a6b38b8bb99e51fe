import type { ResourceProvider } from '../local-service.ts';

/**
 * Who may write to log groups: `AWS::Logs::ResourcePolicy`, and the custom resource that the CDK makes of it for each
 * rule with a log group as a target. Neither has an effect: on this machine EventBridge may write to every group.
 */
export const logResourcePolicies: Readonly<Record<string, ResourceProvider>> = {
  'AWS::Logs::ResourcePolicy': withoutEffect(['PolicyName', 'PolicyDocument', 'ResourceArn']),
  'Custom::CloudwatchLogResourcePolicy': withoutEffect([
    'ServiceToken',
    'Create',
    'Update',
    'Delete',
    'InstallLatestAwsSdk',
  ]),
};

function withoutEffect(properties: readonly string[]): ResourceProvider {
  return {
    honoured: [],
    withoutEffect: Object.fromEntries(
      properties.map((property) => [property, 'EventBridge may write to every log group here']),
    ),
    deploy: async ({ generatedName }) => ({ physicalId: generatedName, attributes: {} }),
    remove: async () => {},
  };
}
