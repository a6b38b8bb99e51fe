import { renderValue } from './render-value.ts';
import type { Resource } from './template.ts';

/** What people call a resource: `queue fanbus-dev-make-thumbnails`; by its logical id when it has no name of its own. */
export function nameResource(logicalId: string, resource: Resource): string {
  return `${kindOf(resource.Type)} ${ownName(resource) ?? logicalId}`;
}

/** `queue`, `table`; of a type without a word of its own, `Type` as CloudFormation has it. */
export function kindOf(type: string): string {
  return kinds[type]?.kind ?? type;
}

/** The name that a template gives; undefined when CloudFormation makes one. */
function ownName({ Type, Properties = {} }: Resource): string | undefined {
  const property = nameProperty(Type);
  const name = property === undefined ? undefined : Properties[property];
  return name === undefined ? undefined : renderValue(name);
}

/** The property with the name. */
export function nameProperty(type: string): string | undefined {
  return kinds[type]?.name;
}

const kinds: Readonly<Record<string, { readonly kind: string; readonly name?: string }>> = {
  'AWS::ApiGatewayV2::Api': { kind: 'API', name: 'Name' },
  'AWS::ApiGatewayV2::Authorizer': { kind: 'authorizer', name: 'Name' },
  'AWS::ApiGatewayV2::Route': { kind: 'route', name: 'RouteKey' },
  'AWS::ApiGatewayV2::Stage': { kind: 'API stage', name: 'StageName' },
  'AWS::DynamoDB::Table': { kind: 'table', name: 'TableName' },
  'AWS::DynamoDB::GlobalTable': { kind: 'table', name: 'TableName' },
  'AWS::Events::Archive': { kind: 'archive', name: 'ArchiveName' },
  'AWS::Events::EventBus': { kind: 'bus', name: 'Name' },
  'AWS::Events::Rule': { kind: 'rule', name: 'Name' },
  'AWS::IAM::Policy': { kind: 'policy' },
  'AWS::IAM::Role': { kind: 'role', name: 'RoleName' },
  'AWS::Lambda::EventSourceMapping': { kind: 'poller' },
  'AWS::Lambda::Function': { kind: 'function', name: 'FunctionName' },
  'AWS::Lambda::Permission': { kind: 'permission' },
  'AWS::Logs::LogGroup': { kind: 'log group', name: 'LogGroupName' },
  'AWS::S3::Bucket': { kind: 'bucket', name: 'BucketName' },
  'AWS::S3::BucketPolicy': { kind: 'bucket policy' },
  'AWS::SQS::Queue': { kind: 'queue', name: 'QueueName' },
  'AWS::SQS::QueuePolicy': { kind: 'queue policy' },
};
