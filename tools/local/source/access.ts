import type { Access } from '../wire/evaluate-policies.ts';
import { copySourceOf, type S3Request } from './s3-request.ts';

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
  const accesses: Access[] = [{ action, resource: objectArn(bucket, key) }];
  if (operation === 'CopyObject' || operation === 'UploadPartCopy') {
    const source = copySourceOf({ header });
    accesses.unshift(objectAccess('GetObject', source.bucket, source.key));
  }
  if (TAGGING.has(operation) && header('x-amz-tagging')) {
    accesses.push(objectAccess('PutObjectTagging', bucket, key));
  }
  if (COMPARING.has(operation) && header('if-match') !== undefined) {
    accesses.push(objectAccess('GetObject', bucket, key));
  }
  return accesses;
}

/** A copy's tags may be those of its source: it asks once it knows. */
const TAGGING: ReadonlySet<string> = new Set(['CreateMultipartUpload', 'PutObject']);

/** Whose `If-Match` tells what the object holds. https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html */
const COMPARING: ReadonlySet<string> = new Set(['CompleteMultipartUpload', 'CopyObject', 'PutObject']);

/** What an operation asks for besides, or for each of its objects. */
export function objectAccess(
  action: 'DeleteObject' | 'GetObject' | 'GetObjectTagging' | 'PutObjectTagging',
  bucket: string,
  key: string,
): Access {
  return { action: `s3:${action}`, resource: objectArn(bucket, key) };
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
  GetBucketEncryption: 'GetEncryptionConfiguration',
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
