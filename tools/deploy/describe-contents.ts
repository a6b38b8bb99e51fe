import { type CloudFormationClient, paginateListStackResources } from '@aws-sdk/client-cloudformation';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DescribeArchiveCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { countOf } from '../count-of.ts';
import { countMessages } from '../target/count-messages.ts';
import type { ClientSettings } from '../target/target.ts';
import { isStateful } from './describe-losses.ts';
import { kindOf } from './name-resource.ts';
import type { StackThere } from './read-deployed-stacks.ts';

/** A queue, table, bucket or archive of a stack, and how much is in it. */
export interface Contents {
  readonly kind: string;
  readonly name: string;
  /** `3 messages`; as far as AWS counts, which is hours late for a table. */
  readonly holds: string;
  /** Whether it stays when its stack is deleted. */
  readonly isKept: boolean;
}

/** What of a stack holds something. */
export async function describeContents(
  { stackName, template }: StackThere,
  {
    cloudFormation,
    settings,
  }: { readonly cloudFormation: CloudFormationClient; readonly settings: ClientSettings },
): Promise<readonly Contents[]> {
  const contents: Contents[] = [];
  for await (const { StackResourceSummaries = [] } of paginateListStackResources(
    { client: cloudFormation },
    { StackName: stackName },
  )) {
    for (const resource of StackResourceSummaries) {
      const { LogicalResourceId = '', PhysicalResourceId, ResourceStatus, ResourceType = '' } = resource;
      if (!isStateful(ResourceType) || PhysicalResourceId === undefined) continue;
      if (ResourceStatus === 'DELETE_COMPLETE') continue;
      contents.push({
        kind: kindOf(ResourceType),
        // A queue's id is its URL.
        name: PhysicalResourceId.split('/').at(-1) ?? PhysicalResourceId,
        holds: await count(ResourceType, { id: PhysicalResourceId, settings }),
        isKept: template.Resources?.[LogicalResourceId]?.DeletionPolicy === 'Retain',
      });
    }
  }
  return contents;
}

async function count(
  type: string,
  { id, settings }: { readonly id: string; readonly settings: ClientSettings },
): Promise<string> {
  try {
    return (await counts[type]?.(id, settings)) ?? '';
  } catch (error) {
    if (error instanceof Error && missing.has(error.name)) return 'gone already';
    throw error;
  }
}

const missing: ReadonlySet<string> = new Set([
  'NoSuchBucket',
  'QueueDoesNotExist',
  'ResourceNotFoundException',
]);

const counts: Readonly<Record<string, (id: string, settings: ClientSettings) => Promise<string>>> = {
  'AWS::SQS::Queue': async (QueueUrl, settings) => {
    const sqs = new SQSClient(settings);
    return countOf(await countMessages(QueueUrl, sqs).finally(() => sqs.destroy()), 'message');
  },
  'AWS::DynamoDB::Table': async (TableName, settings) => {
    const dynamo = new DynamoDBClient(settings);
    const { Table } = await dynamo
      .send(new DescribeTableCommand({ TableName }))
      .finally(() => dynamo.destroy());
    return `about ${countOf(Table?.ItemCount ?? 0, 'item')}`;
  },
  'AWS::S3::Bucket': async (Bucket, settings) => {
    const s3 = new S3Client(settings);
    const { IsTruncated, KeyCount = 0 } = await s3
      .send(new ListObjectsV2Command({ Bucket }))
      .finally(() => s3.destroy());
    return IsTruncated ? 'more than 1,000 objects' : countOf(KeyCount, 'object');
  },
  'AWS::Events::Archive': async (ArchiveName, settings) => {
    const events = new EventBridgeClient(settings);
    const { EventCount = 0 } = await events
      .send(new DescribeArchiveCommand({ ArchiveName }))
      .finally(() => events.destroy());
    return countOf(EventCount, 'event');
  },
};
