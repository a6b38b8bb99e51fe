import { AwsError } from '../wire/aws-error.ts';
import { readBody } from '../wire/read-body.ts';
import type { Buckets } from './buckets.ts';
import { type S3Request, sendEmpty, sendXml } from './s3-request.ts';

export function listBuckets({ response }: S3Request, buckets: Buckets): void {
  sendXml(response, 'ListAllMyBucketsResult', {
    Owner: { ID: 'local' },
    Buckets: {
      Bucket: buckets
        .list()
        .map(({ name, createdAt }) => ({ Name: name, CreationDate: createdAt.toISOString() })),
    },
  });
}

export function createBucket({ bucket, response }: S3Request, buckets: Buckets): void {
  buckets.create(bucket);
  response.setHeader('location', `/${bucket}`);
  sendEmpty(response, 200);
}

export function headBucket({ bucket, response }: S3Request, buckets: Buckets, region: string): void {
  buckets.get(bucket);
  response.setHeader('x-amz-bucket-region', region);
  sendEmpty(response, 200);
}

export function deleteBucket({ bucket, response }: S3Request, buckets: Buckets): void {
  buckets.delete(bucket);
  sendEmpty(response, 204);
}

/** What every bucket of S3 has by itself. */
export function getBucketEncryption({ bucket, response }: S3Request, buckets: Buckets): void {
  buckets.get(bucket);
  sendXml(response, 'ServerSideEncryptionConfiguration', {
    Rule: { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: false },
  });
}

export function getBucketLocation({ bucket, response }: S3Request, buckets: Buckets, region: string): void {
  buckets.get(bucket);
  // us-east-1 is the Region without a name here, on AWS too.
  sendXml(response, 'LocationConstraint', region === 'us-east-1' ? undefined : region);
}

export function getBucketNotification({ bucket, response }: S3Request, buckets: Buckets): void {
  const { isEventBridgeOn } = buckets.get(bucket);
  sendXml(response, 'NotificationConfiguration', isEventBridgeOn ? { EventBridgeConfiguration: '' } : {});
}

/** EventBridge is the one place to notify; a queue, a topic or a function is refused by name. */
export async function putBucketNotification(request: S3Request, buckets: Buckets): Promise<void> {
  const document = (await readBody(request.message, { limitBytes: 1_048_576 })).toString();
  const other = /<(QueueConfiguration|TopicConfiguration|CloudFunctionConfiguration)[\s>]/.exec(
    document,
  )?.[1];
  if (other) {
    throw new AwsError('NotImplemented', `the local S3 notifies EventBridge only: it has no ${other}`, {
      status: 501,
    });
  }
  buckets.get(request.bucket).isEventBridgeOn = document.includes('<EventBridgeConfiguration');
  sendEmpty(request.response, 200);
}
