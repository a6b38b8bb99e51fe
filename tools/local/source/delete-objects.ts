import { AwsError } from '../wire/aws-error.ts';
import { readBody } from '../wire/read-body.ts';
import { type XmlContent, xmlElements, xmlTexts } from '../wire/xml.ts';
import { objectAccess } from './access.ts';
import type { Bucket } from './buckets.ts';
import { findObject } from './get-object.ts';
import { preconditionFailed, unquote } from './object-headers.ts';
import type { S3Parts } from './put-object.ts';
import { type S3Request, sendEmpty, sendXml } from './s3-request.ts';

export function deleteObject(request: S3Request, parts: S3Parts): void {
  const bucket = parts.buckets.get(request.bucket);
  removeKey(request, parts, { bucket, key: request.key, ifMatch: request.header('if-match') });
  sendEmpty(request.response, 204);
}

/** DeleteObjects: up to a thousand keys; one that is not there counts as deleted, as on AWS. */
export async function deleteObjects(request: S3Request, parts: S3Parts): Promise<void> {
  const bucket = parts.buckets.get(request.bucket);
  const document = (await readBody(request.message, { limitBytes: 2 * 1_048_576 })).toString();
  const objects = xmlElements(document, 'Object');
  if (
    objects.length === 0 ||
    objects.length > 1_000 ||
    objects.some((object) => xmlTexts(object, 'VersionId')[0])
  ) {
    throw new AwsError(
      'MalformedXML',
      `DeleteObjects takes 1 to 1000 keys without versions, and ${objects.length} came`,
    );
  }
  const deleted: string[] = [];
  const refused: XmlContent[] = [];
  for (const object of objects) {
    const [key = ''] = xmlTexts(object, 'Key');
    try {
      request.authorize(objectAccess('DeleteObject', bucket.name, key));
      removeKey(request, parts, { bucket, key, ifMatch: xmlTexts(object, 'ETag')[0] });
      deleted.push(key);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      refused.push({ Key: key, Code: error.code, Message: error.message });
    }
  }
  const isQuiet = xmlTexts(document, 'Quiet')[0] === 'true';
  sendXml(request.response, 'DeleteResult', {
    Deleted: isQuiet ? [] : deleted.map((Key) => ({ Key })),
    Error: refused,
  });
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html */
function removeKey(
  request: S3Request,
  { announce }: S3Parts,
  { bucket, key, ifMatch }: { readonly bucket: Bucket; readonly key: string; readonly ifMatch?: string },
): void {
  if (ifMatch !== undefined) {
    if (ifMatch !== '*') request.authorize(objectAccess('GetObject', bucket.name, key));
    const { etag } = findObject(bucket, key, request);
    if (ifMatch !== '*' && unquote(ifMatch) !== etag) throw preconditionFailed('If-Match');
  }
  const deleted = bucket.delete(key);
  if (deleted) announce.deleted(bucket, deleted, request);
}
