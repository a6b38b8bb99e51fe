import type { IncomingMessage } from 'node:http';
import { expect, it } from 'vitest';
import { nameOperation } from '../../../../tools/local/source/name-operation.ts';

it.each([
  ['GET /', 'ListBuckets'],
  ['PUT /b', 'CreateBucket'],
  ['PUT /b/', 'CreateBucket'],
  ['GET /b?list-type=2', 'ListObjectsV2'],
  ['GET /b?prefix=tagging', 'ListObjects'],
  ['GET /b/k', 'GetObject'],
  ['GET /b/k?response-content-type=a', 'GetObject'],
  ['PUT /b/k?x-id=PutObject', 'PutObject'],
  ['PUT /b/k?partNumber=1&uploadId=u', 'UploadPart'],
  ['POST /b/k?uploads', 'CreateMultipartUpload'],
  ['POST /b?delete', 'DeleteObjects'],
  ['POST /b', 'PostObject'],
  ['PUT /b/k?tagging', 'PutObjectTagging'],
  ['GET /b/k?acl', 'GetObjectAcl'],
  ['PUT /b?versioning', 'PutBucketVersioning'],
  ['GET /b/k?legal-hold', 'GetObjectLegalHold'],
  ['DELETE /b/k?versionId=3', 'DeleteObjectVersionId'],
  ['GET /b/k?partNumber=2', 'GetObjectPartNumber'],
])('takes %s for %s', (line, operation) => {
  const [method, url] = line.split(' ');
  expect(nameOperation({ method, url, headers: {} } as IncomingMessage)).toBe(operation);
});
