import type { Clock } from '../clock.ts';
import type { Announce } from './announce.ts';
import type { BodyStore } from './body-store.ts';
import type { Buckets } from './buckets.ts';
import { checkWriteConditions, keptHeaders } from './object-headers.ts';
import { tagsOfHeader } from './object-tags.ts';
import { receiveBody } from './receive-body.ts';
import { type S3Request, sendEmpty } from './s3-request.ts';

/** What the operations on objects work with. */
export interface S3Parts {
  readonly clock: Clock;
  readonly buckets: Buckets;
  readonly bodies: BodyStore;
  readonly announce: Announce;
}

export async function putObject(request: S3Request, parts: S3Parts): Promise<void> {
  const { clock, buckets, bodies, announce } = parts;
  const headers = keptHeaders(request);
  const tags = tagsOfHeader(request.header('x-amz-tagging'));
  // Refused before the body has come, when it can be: both are looked at again once it has.
  checkWriteConditions(request, buckets.get(request.bucket).get(request.key));
  const { body, md5, checksums } = await receiveBody(request, bodies);
  const bucket = buckets.get(request.bucket);
  try {
    checkWriteConditions(request, bucket.get(request.key));
  } catch (error) {
    bodies.drop(body);
    throw error;
  }
  const object = {
    key: request.key,
    body,
    etag: md5,
    lastModified: new Date(clock.now()),
    headers,
    checksums,
    tags,
  };
  bucket.put(object);
  request.response.setHeader('etag', `"${md5}"`);
  for (const [name, value] of Object.entries(checksums)) request.response.setHeader(name, value);
  sendEmpty(request.response, 200);
  announce.created(bucket, object, request, 'PutObject');
}
