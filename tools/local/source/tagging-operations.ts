import { readBody } from '../wire/read-body.ts';
import { findObject } from './get-object.ts';
import { tagsOfDocument } from './object-tags.ts';
import type { S3Parts } from './put-object.ts';
import { type S3Request, sendEmpty, sendXml } from './s3-request.ts';

/** PutObjectTagging: these tags in place of those that were there. */
export async function putObjectTagging(request: S3Request, { announce, buckets }: S3Parts): Promise<void> {
  const tags = tagsOfDocument((await readBody(request.message, { limitBytes: 65_536 })).toString());
  const bucket = buckets.get(request.bucket);
  const object = findObject(bucket, request.key, request);
  bucket.retag(object, tags);
  sendEmpty(request.response, 200);
  announce.tagged(bucket, object, request);
}

export function getObjectTagging(request: S3Request, { buckets }: S3Parts): void {
  const { tags } = findObject(buckets.get(request.bucket), request.key, request);
  sendXml(request.response, 'Tagging', { TagSet: { Tag: tags.map(({ Key, Value }) => ({ Key, Value })) } });
}

/** DeleteObjectTagging: the object keeps no tag. */
export function deleteObjectTagging(request: S3Request, { announce, buckets }: S3Parts): void {
  const bucket = buckets.get(request.bucket);
  const object = findObject(bucket, request.key, request);
  bucket.retag(object, []);
  sendEmpty(request.response, 204);
  if (object.tags.length > 0) announce.untagged(bucket, object, request);
}
