import type { Access } from '../wire/evaluate-policies.ts';
import { type S3Request, splitOnce } from './s3-request.ts';

/**
 * What an operation of S3 asks for. DeleteObjects asks for nothing as a whole: each of its keys is answered on its own.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 */
export function objectAccesses(
  operation: string,
  { bucket, header, key, query }: Pick<S3Request, 'bucket' | 'header' | 'key' | 'query'>,
): readonly Access[] {
  if (operation === 'DeleteObjects') return [];
  const action = `s3:${ACTIONS[operation] ?? operation}`;
  if (operation === 'ListBuckets') return [{ action, resource: '*' }];
  if (key === '') {
    const prefix = query.get('prefix') ?? '';
    return [{ action, resource: bucketArn(bucket), context: { 's3:prefix': prefix } }];
  }
  const own: Access = { action, resource: objectArn(bucket, key) };
  if (operation !== 'CopyObject' && operation !== 'UploadPartCopy') return [own];
  const [path = ''] = splitOnce(header('x-amz-copy-source') ?? '', '?');
  const [fromBucket = '', fromKey = ''] = splitOnce(decodeURIComponent(path).replace(/^\//, ''), '/');
  return [{ action: 's3:GetObject', resource: objectArn(fromBucket, fromKey) }, own];
}

/** What a deletion of one object asks for. */
export function deleteAccess(bucket: string, key: string): Access {
  return { action: 's3:DeleteObject', resource: objectArn(bucket, key) };
}

/** What S3 asks of who wants to be told that an object is not there. */
export function listAccess(bucket: string): Access {
  return { action: 's3:ListBucket', resource: bucketArn(bucket) };
}

const bucketArn = (bucket: string) => `arn:aws:s3:::${bucket}`;
const objectArn = (bucket: string, key: string) => `${bucketArn(bucket)}/${key}`;

/** Where the action is not called like the operation. */
const ACTIONS: Readonly<Record<string, string>> = {
  CompleteMultipartUpload: 'PutObject',
  CopyObject: 'PutObject',
  CreateMultipartUpload: 'PutObject',
  GetBucketNotificationConfiguration: 'GetBucketNotification',
  HeadBucket: 'ListBucket',
  HeadObject: 'GetObject',
  ListBuckets: 'ListAllMyBuckets',
  ListMultipartUploads: 'ListBucketMultipartUploads',
  ListObjects: 'ListBucket',
  ListObjectsV2: 'ListBucket',
  ListParts: 'ListMultipartUploadParts',
  PostObject: 'PutObject',
  PutBucketNotificationConfiguration: 'PutBucketNotification',
  UploadPart: 'PutObject',
  UploadPartCopy: 'PutObject',
};
