import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../tools/local/local-service.ts';
import { type LocalAws, startLocalAws } from '../../../../tools/local/start-local-aws.ts';
import { declare } from '../declare-resource.ts';

let aws: LocalAws;

beforeAll(async () => {
  aws = await startLocalAws();
});

afterAll(() => aws.close());

const deploy = (properties: JsonObject) =>
  aws.source.resources['AWS::S3::Bucket']?.deploy(declare('AWS::S3::Bucket', properties));

describe('AWS::S3::Bucket', () => {
  it('is its name, and has its ARN and domain names as attributes', async () => {
    expect(await deploy({ BucketName: 'named-bucket' })).toEqual({
      physicalId: 'named-bucket',
      attributes: {
        Arn: 'arn:aws:s3:::named-bucket',
        DomainName: 'named-bucket.s3.amazonaws.com',
        DualStackDomainName: 'named-bucket.s3.dualstack.us-east-1.amazonaws.com',
        RegionalDomainName: 'named-bucket.s3.us-east-1.amazonaws.com',
      },
    });
  });

  it('takes a generated name, in the letters that a bucket’s name may have', async () => {
    expect(await deploy({})).toMatchObject({ physicalId: 'stack-resource-1' });
  });

  it.each([
    ['versioning', { VersioningConfiguration: { Status: 'Enabled' } }, 'VersioningConfiguration.Status'],
    [
      'a notification other than EventBridge',
      { NotificationConfiguration: { QueueConfigurations: [] } },
      'NotificationConfiguration.QueueConfigurations',
    ],
  ])('refuses %s by name', async (_, properties, words) => {
    await expect(deploy(properties)).rejects.toThrow(words);
  });
});

describe('AWS::S3::BucketPolicy', () => {
  it('refuses a bucket that does not exist', async () => {
    const policy = declare('AWS::S3::BucketPolicy', { Bucket: 'no-bucket', PolicyDocument: {} });
    await expect(aws.source.resources['AWS::S3::BucketPolicy']?.deploy(policy)).rejects.toMatchObject({
      code: 'NoSuchBucket',
    });
  });
});
