import type { IncomingMessage } from 'node:http';
import { parseTarget } from './s3-request.ts';

/**
 * What a REST request asks of S3, by the operation's name. A sub-resource (`?tagging`) always makes an operation of its
 * own, so one that is not there is never taken for a plain GET or PUT of the object.
 */
export function nameOperation(message: IncomingMessage): string {
  const { bucket, key, query } = parseTarget(message);
  const method = message.method ?? 'GET';
  const level = key ? 'object' : bucket ? 'bucket' : 'service';
  // A part's upload names it before its number.
  const subResource = query.has('uploadId')
    ? 'uploadId'
    : [...query.keys()].find((name) => SUB_RESOURCES.has(name));
  const isCopy = message.headers['x-amz-copy-source'] !== undefined;
  if (subResource !== undefined) {
    const named = SUB_RESOURCE_OPERATIONS[`${method} ${level} ${subResource}`];
    if (named === 'UploadPart') return isCopy ? 'UploadPartCopy' : named;
    return named ?? fallbackName(method, level, subResource);
  }
  if (method === 'POST' && level === 'bucket') return 'PostObject';
  if (method === 'GET' && level === 'bucket') {
    return query.get('list-type') === '2' ? 'ListObjectsV2' : 'ListObjects';
  }
  const plain = PLAIN_OPERATIONS[`${method} ${level}`] ?? fallbackName(method, level, '');
  return plain === 'PutObject' && isCopy ? 'CopyObject' : plain;
}

const PLAIN_OPERATIONS: Readonly<Record<string, string>> = {
  'GET service': 'ListBuckets',
  'PUT bucket': 'CreateBucket',
  'HEAD bucket': 'HeadBucket',
  'DELETE bucket': 'DeleteBucket',
  'GET object': 'GetObject',
  'HEAD object': 'HeadObject',
  'PUT object': 'PutObject',
  'DELETE object': 'DeleteObject',
};

const SUB_RESOURCE_OPERATIONS: Readonly<Record<string, string>> = {
  'GET bucket location': 'GetBucketLocation',
  'GET bucket notification': 'GetBucketNotificationConfiguration',
  'PUT bucket notification': 'PutBucketNotificationConfiguration',
  'GET bucket uploads': 'ListMultipartUploads',
  'POST bucket delete': 'DeleteObjects',
  'POST object uploads': 'CreateMultipartUpload',
  'PUT object uploadId': 'UploadPart',
  'GET object uploadId': 'ListParts',
  'POST object uploadId': 'CompleteMultipartUpload',
  'DELETE object uploadId': 'AbortMultipartUpload',
};

/** `PUT object tagging -> PutObjectTagging`, which is what AWS calls most of them. */
function fallbackName(method: string, level: string, subResource: string): string {
  const words = [method.toLowerCase(), level, ...subResource.split('-')];
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations.html */
const SUB_RESOURCES = new Set([
  'accelerate',
  'acl',
  'analytics',
  'attributes',
  'cors',
  'delete',
  'encryption',
  'intelligent-tiering',
  'inventory',
  'legal-hold',
  'lifecycle',
  'location',
  'logging',
  'metadataTable',
  'metrics',
  'notification',
  'object-lock',
  'ownershipControls',
  'partNumber',
  'policy',
  'policyStatus',
  'publicAccessBlock',
  'renameObject',
  'replication',
  'requestPayment',
  'restore',
  'retention',
  'select',
  'session',
  'tagging',
  'torrent',
  'uploadId',
  'uploads',
  'versionId',
  'versioning',
  'versions',
  'website',
]);
