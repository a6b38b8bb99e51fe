import { Duration, Validations } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Stage } from '../stage.ts';

export interface StageBucketOptions {
  readonly name: string;
  /** The days after which objects expire. */
  readonly expireDays: number;
  /** Only objects under these expire. @default every object */
  readonly expiringPrefixes?: readonly string[];
  /** Why S3 keeps no log of who reads and writes, said to those who check. */
  readonly unloggedBecause: string;
  readonly stage: Stage;
}

/** A private, encrypted bucket that is reached by TLS only, and whose objects expire. */
export function stageBucket(scope: Construct, id: string, options: StageBucketOptions): Bucket {
  const { name, expireDays, expiringPrefixes = [''], unloggedBecause, stage } = options;
  const bucket = new Bucket(scope, id, {
    bucketName: name,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    encryption: BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    lifecycleRules: [
      { id: 'abort', abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ...expiringPrefixes.map((prefix) => ({
        id: `expire ${prefix}`.trim(),
        expiration: Duration.days(expireDays),
        ...(prefix === '' ? {} : { prefix }),
      })),
    ],
    removalPolicy: stage.removalPolicy,
  });
  Validations.of(bucket).acknowledge({ id: 'AwsSolutions-S1', reason: unloggedBecause });
  return bucket;
}
