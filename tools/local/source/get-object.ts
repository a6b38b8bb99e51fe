import { pipeline } from 'node:stream/promises';
import { AwsError } from '../wire/aws-error.ts';
import { listAccess, objectAccess } from './access.ts';
import type { BodyStore } from './body-store.ts';
import type { Bucket, StoredObject } from './buckets.ts';
import { preconditionFailed, unquote, wholeSeconds } from './object-headers.ts';
import { type S3Request, sendEmpty } from './s3-request.ts';

/** GetObject and HeadObject: conditions, one range, and the bytes straight from the disk. */
export async function getObject(request: S3Request, bucket: Bucket, bodies: BodyStore): Promise<void> {
  const { response, message } = request;
  const object = findObject(bucket, request.key, request);
  const headers = answerHeaders(request, object);
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (!isModified(request, object)) return sendEmpty(response, 304);
  const tagsAccess = objectAccess('GetObjectTagging', bucket.name, object.key);
  if (object.tags.length > 0 && request.isAllowed(tagsAccess)) {
    response.setHeader('x-amz-tagging-count', object.tags.length);
  }

  const range = parseRange(request.header('range'), object.body.size);
  if (range) {
    response.setHeader('content-range', `bytes ${range.start}-${range.end}/${object.body.size}`);
  } else if (request.header('x-amz-checksum-mode')?.toUpperCase() === 'ENABLED') {
    for (const [name, value] of Object.entries(object.checksums)) response.setHeader(name, value);
    if (Object.keys(object.checksums).length > 0) response.setHeader('x-amz-checksum-type', 'FULL_OBJECT');
  }
  const length = range ? range.end - range.start + 1 : object.body.size;
  response.writeHead(range ? 206 : 200, { 'content-length': length });
  if (message.method === 'HEAD' || length === 0) {
    response.end();
    return;
  }
  // A reader may hang up in the middle, having seen enough.
  await pipeline(bodies.read(object.body, range), response).catch((error) => {
    if (!response.destroyed) throw error;
  });
}

/** The object with this key. Throws NoSuchKey, but AccessDenied to whom S3 would not tell that it is not there. */
export function findObject(bucket: Bucket, key: string, request: S3Request): StoredObject {
  const object = bucket.get(key);
  if (object) return object;
  request.authorize(listAccess(bucket.name));
  throw new AwsError('NoSuchKey', 'The specified key does not exist.', {
    status: 404,
    details: { Key: key },
  });
}

/** The object's own headers; a query such as `response-content-type` overrides one. */
function answerHeaders({ query }: S3Request, object: StoredObject): Record<string, string> {
  const headers: Record<string, string> = {
    ...object.headers,
    'accept-ranges': 'bytes',
    etag: `"${object.etag}"`,
    'last-modified': object.lastModified.toUTCString(),
  };
  for (const [name, value] of query) {
    if (name.startsWith('response-')) headers[name.slice('response-'.length)] = value;
  }
  return headers;
}

/**
 * False when the client has it already (304). Throws PreconditionFailed.
 * An ETag's condition outweighs a date's: https://www.rfc-editor.org/rfc/rfc9110#section-13.2.2
 */
function isModified(request: S3Request, { etag, lastModified }: StoredObject): boolean {
  const matches = (condition: string) =>
    condition.split(',').some((wanted) => wanted.trim() === '*' || unquote(wanted) === etag);
  const modifiedAt = wholeSeconds(lastModified);
  const ifMatch = request.header('if-match');
  const ifNoneMatch = request.header('if-none-match');
  const ifUnmodifiedSince = Date.parse(request.header('if-unmodified-since') ?? '');
  const ifModifiedSince = Date.parse(request.header('if-modified-since') ?? '');
  if (ifMatch !== undefined && !matches(ifMatch)) throw preconditionFailed('If-Match');
  if (ifMatch === undefined && modifiedAt > ifUnmodifiedSince)
    throw preconditionFailed('If-Unmodified-Since');
  if (ifNoneMatch !== undefined) return !matches(ifNoneMatch);
  return !(modifiedAt <= ifModifiedSince);
}

/** One range in bytes, both ends included; undefined for none or several, which S3 ignores too. */
function parseRange(header: string | undefined, size: number): { start: number; end: number } | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined;
  const start = first === '' ? Math.max(size - Number(last), 0) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
  if (start > end) {
    throw new AwsError('InvalidRange', 'The requested range is not satisfiable', {
      status: 416,
      details: { RangeRequested: header, ActualObjectSize: size },
    });
  }
  return { start, end };
}
