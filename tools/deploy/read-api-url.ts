import { CloudFormationClient, DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import type { Target } from '../target/target.ts';

/** Where the stage's API is, without a slash at its end; undefined when none is deployed. */
export async function readApiUrl({ kind, names, region, settings }: Target): Promise<string | undefined> {
  const client = new CloudFormationClient(settings);
  try {
    const { StackResources = [] } = await client.send(
      new DescribeStackResourcesCommand({ StackName: names.stack('api') }),
    );
    const api = StackResources.find(({ ResourceType }) => ResourceType === 'AWS::ApiGatewayV2::Api');
    if (api?.PhysicalResourceId === undefined) return undefined;
    const id = api.PhysicalResourceId;
    const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
    return kind === 'local'
      ? `${settings.endpoint}/_aws/execute-api/${id}`
      : `https://${id}.execute-api.${region}.${domain}`;
  } finally {
    client.destroy();
  }
}
