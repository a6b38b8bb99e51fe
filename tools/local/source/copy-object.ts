import { AwsError } from '../wire/aws-error.ts';
import type { StoredObject } from './buckets.ts';
import { findObject } from './get-object.ts';
import { checkWriteConditions, keptHeaders, preconditionFailed, unquote } from './object-headers.ts';
import type { S3Parts } from './put-object.ts';
import { type S3Request, sendXml, splitOnce } from './s3-request.ts';

export async function copyObject(request: S3Request, parts: S3Parts): Promise<void> {
  const { clock, buckets, bodies, announce } = parts;
  const bucket = buckets.get(request.bucket);
  const source = findCopySource(request, parts);
  const isReplacing = request.header('x-amz-metadata-directive')?.toUpperCase() === 'REPLACE';
  if (!isReplacing && bucket.get(request.key) === source) {
    throw new AwsError(
      'InvalidRequest',
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  }
  const headers = isReplacing ? keptHeaders(request) : source.headers;
  checkWriteConditions(request, bucket.get(request.key));
  const body = await bodies.duplicate(source.body);
  // A copy of what was uploaded in parts keeps that ETag here: the bytes are not read again.
  const object = { ...source, key: request.key, body, lastModified: new Date(clock.now()), headers };
  bucket.put(object);
  sendXml(request.response, 'CopyObjectResult', {
    LastModified: object.lastModified.toISOString(),
    ETag: `"${object.etag}"`,
  });
  announce.created(bucket, object, request, 'CopyObject');
}

/** The object that `x-amz-copy-source` names, if the conditions on it hold. */
export function findCopySource(request: S3Request, { buckets }: S3Parts): StoredObject {
  const [path = '', query] = splitOnce(request.header('x-amz-copy-source') ?? '', '?');
  const [bucketName = '', key] = splitOnce(decodeURIComponent(path).replace(/^\//, ''), '/');
  if (!key || query !== undefined) {
    throw new AwsError(
      'InvalidArgument',
      `the copy source is "${request.header('x-amz-copy-source')}": the local S3 takes <bucket>/<key>, without a version`,
    );
  }
  const source = findObject(buckets.get(bucketName), key, request);
  const ifMatch = request.header('x-amz-copy-source-if-match');
  const ifNoneMatch = request.header('x-amz-copy-source-if-none-match');
  if (ifMatch !== undefined && unquote(ifMatch) !== source.etag) {
    throw preconditionFailed('x-amz-copy-source-If-Match');
  }
  if (ifNoneMatch !== undefined && unquote(ifNoneMatch) === source.etag) {
    throw preconditionFailed('x-amz-copy-source-If-None-Match');
  }
  return source;
}
