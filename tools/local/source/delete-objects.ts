import { AwsError } from '../wire/aws-error.ts';
import { readBody } from '../wire/read-body.ts';
import { type XmlContent, xmlElements, xmlTexts } from '../wire/xml.ts';
import { deleteAccess } from './access.ts';
import type { Bucket } from './buckets.ts';
import type { S3Parts } from './put-object.ts';
import { type S3Request, sendEmpty, sendXml } from './s3-request.ts';

export function deleteObject(request: S3Request, parts: S3Parts): void {
  removeKey(request, parts, parts.buckets.get(request.bucket), request.key);
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
  const keys = objects.map((object) => xmlTexts(object, 'Key')[0] ?? '');
  const deleted: string[] = [];
  const refused: XmlContent[] = [];
  for (const key of keys) {
    try {
      request.authorize(deleteAccess(request.bucket, key));
      removeKey(request, parts, bucket, key);
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

function removeKey(request: S3Request, { announce }: S3Parts, bucket: Bucket, key: string): void {
  const deleted = bucket.delete(key);
  if (deleted) announce.deleted(bucket, deleted, request);
}
