import { AwsError } from '../wire/aws-error.ts';
import { objectAccess } from './access.ts';
import type { StoredObject } from './buckets.ts';
import { findObject } from './get-object.ts';
import {
  checkWriteConditions,
  keptHeaders,
  preconditionFailed,
  unquote,
  wholeSeconds,
} from './object-headers.ts';
import { type ObjectTag, tagsOfHeader } from './object-tags.ts';
import type { S3Parts } from './put-object.ts';
import { copySourceOf, type S3Request, sendXml } from './s3-request.ts';

export async function copyObject(request: S3Request, parts: S3Parts): Promise<void> {
  const { clock, buckets, bodies, announce } = parts;
  const bucket = buckets.get(request.bucket);
  const source = findCopySource(request, parts);
  const isReplacing = isReplaced(request, 'metadata');
  if (!isReplacing && bucket.get(request.key) === source) {
    throw new AwsError(
      'InvalidRequest',
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  }
  const headers = isReplacing ? keptHeaders(request) : source.headers;
  const tags = tagsOfCopy(request, source);
  checkWriteConditions(request, bucket.get(request.key));
  const body = await bodies.duplicate(source.body);
  try {
    // Another upload may have come while the body was duplicated.
    checkWriteConditions(request, bucket.get(request.key));
  } catch (error) {
    bodies.drop(body);
    throw error;
  }
  // A copy of what was uploaded in parts keeps that ETag here: the bytes are not read again.
  const object = { ...source, key: request.key, body, lastModified: new Date(clock.now()), headers, tags };
  bucket.put(object);
  sendXml(request.response, 'CopyObjectResult', {
    LastModified: object.lastModified.toISOString(),
    ETag: `"${object.etag}"`,
  });
  announce.created(bucket, object, request, 'CopyObject');
}

/** The object that `x-amz-copy-source` names, if the conditions on it hold. */
export function findCopySource(request: S3Request, { buckets }: S3Parts): StoredObject {
  const { bucket, key, query } = copySourceOf(request);
  if (key === '' || query !== undefined) {
    throw new AwsError(
      'InvalidArgument',
      `the copy source is "${request.header('x-amz-copy-source')}": the local S3 takes <bucket>/<key>, without a version`,
    );
  }
  const source = findObject(buckets.get(bucket), key, request);
  const ifMatch = request.header('x-amz-copy-source-if-match');
  const ifNoneMatch = request.header('x-amz-copy-source-if-none-match');
  if (ifMatch !== undefined && unquote(ifMatch) !== source.etag) {
    throw preconditionFailed('x-amz-copy-source-If-Match');
  }
  if (ifNoneMatch !== undefined && unquote(ifNoneMatch) === source.etag) {
    throw preconditionFailed('x-amz-copy-source-If-None-Match');
  }
  // As for a read, an ETag's condition outweighs a date's.
  const modifiedAt = wholeSeconds(source.lastModified);
  const ifUnmodifiedSince = Date.parse(request.header('x-amz-copy-source-if-unmodified-since') ?? '');
  const ifModifiedSince = Date.parse(request.header('x-amz-copy-source-if-modified-since') ?? '');
  if (ifMatch === undefined && modifiedAt > ifUnmodifiedSince) {
    throw preconditionFailed('x-amz-copy-source-If-Unmodified-Since');
  }
  if (ifNoneMatch === undefined && modifiedAt <= ifModifiedSince) {
    throw preconditionFailed('x-amz-copy-source-If-Modified-Since');
  }
  return source;
}

/** The tags of the copy, which its caller may have to be allowed to read, and to write. */
function tagsOfCopy(request: S3Request, source: StoredObject): readonly ObjectTag[] {
  const isReplacing = isReplaced(request, 'tagging');
  const tags = isReplacing ? tagsOfHeader(request.header('x-amz-tagging')) : source.tags;
  if (tags.length === 0) return tags;
  if (!isReplacing) {
    request.authorize(objectAccess('GetObjectTagging', copySourceOf(request).bucket, source.key));
  }
  request.authorize(objectAccess('PutObjectTagging', request.bucket, request.key));
  return tags;
}

function isReplaced(request: S3Request, what: 'metadata' | 'tagging'): boolean {
  const header = `x-amz-${what}-directive`;
  const directive = request.header(header)?.toUpperCase() ?? 'COPY';
  if (directive === 'COPY' || directive === 'REPLACE') return directive === 'REPLACE';
  throw new AwsError('InvalidArgument', `Unknown ${what} directive.`, {
    details: { ArgumentName: header, ArgumentValue: request.header(header) },
  });
}
