import { Aws } from 'aws-cdk-lib';

/** ARNs made from names, for what another stack owns, in the account and region of the stack that asks. */
export const arns = {
  bus: (name: string) => `${inRegion('events')}:event-bus/${name}`,
  rule: (bus: string, name: string) =>
    bus === 'default' ? `${inRegion('events')}:rule/${name}` : `${inRegion('events')}:rule/${bus}/${name}`,
  table: (name: string) => `${inRegion('dynamodb')}:table/${name}`,
  index: (table: string, name: string) => `${inRegion('dynamodb')}:table/${table}/index/${name}`,
  bucket: (name: string) => `arn:${Aws.PARTITION}:s3:::${name}`,
  objects: (bucket: string, prefix: string) => `arn:${Aws.PARTITION}:s3:::${bucket}/${prefix}*`,
} as const;

function inRegion(service: string): string {
  return `arn:${Aws.PARTITION}:${service}:${Aws.REGION}:${Aws.ACCOUNT_ID}`;
}
