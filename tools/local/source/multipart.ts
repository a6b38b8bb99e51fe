import { createHash, randomBytes } from 'node:crypto';
import { AwsError } from '../wire/aws-error.ts';
import { readBody } from '../wire/read-body.ts';
import { xmlElements, xmlTexts } from '../wire/xml.ts';
import type { Body, BodyStore } from './body-store.ts';
import type { Bucket, Upload } from './buckets.ts';
import { findCopySource } from './copy-object.ts';
import { checkWriteConditions, keptHeaders, unquote } from './object-headers.ts';
import { tagsOfHeader } from './object-tags.ts';
import type { S3Parts } from './put-object.ts';
import { receiveBody } from './receive-body.ts';
import { type S3Request, sendEmpty, sendXml } from './s3-request.ts';

export function createMultipartUpload(request: S3Request, { clock, buckets }: S3Parts): void {
  const bucket = buckets.get(request.bucket);
  const id = randomBytes(24).toString('base64url');
  bucket.uploads.set(id, {
    id,
    key: request.key,
    startedAt: new Date(clock.now()),
    headers: keptHeaders(request),
    tags: tagsOfHeader(request.header('x-amz-tagging')),
    parts: new Map(),
  });
  sendXml(request.response, 'InitiateMultipartUploadResult', {
    Bucket: bucket.name,
    Key: request.key,
    UploadId: id,
  });
}

export async function uploadPart(request: S3Request, parts: S3Parts): Promise<void> {
  const { buckets, bodies } = parts;
  const number = partNumber(request);
  findUpload(buckets.get(request.bucket), request);
  const { body, md5, checksums } = await receiveBody(request, bodies);
  keepPart(request, parts, { number, body, etag: md5 });
  request.response.setHeader('etag', `"${md5}"`);
  for (const [name, value] of Object.entries(checksums)) request.response.setHeader(name, value);
  sendEmpty(request.response, 200);
}

export async function uploadPartCopy(request: S3Request, parts: S3Parts): Promise<void> {
  const { clock, bodies } = parts;
  const number = partNumber(request);
  const source = findCopySource(request, parts);
  const range = copyRange(request, source.body.size);
  const md5 = createHash('md5');
  const read = bodies.read(source.body, range);
  const body = await bodies.write(
    (async function* () {
      for await (const chunk of read) {
        md5.update(chunk);
        yield chunk;
      }
    })(),
  );
  const etag = md5.digest('hex');
  keepPart(request, parts, { number, body, etag });
  sendXml(request.response, 'CopyPartResult', {
    LastModified: new Date(clock.now()).toISOString(),
    ETag: `"${etag}"`,
  });
}

export async function completeMultipartUpload(request: S3Request, parts: S3Parts): Promise<void> {
  const { clock, buckets, bodies, announce } = parts;
  const document = (await readBody(request.message, { limitBytes: 4 * 1_048_576 })).toString();
  const bucket = buckets.get(request.bucket);
  const upload = findUpload(bucket, request);
  const chosen = chooseParts(upload, document);
  checkWriteConditions(request, bucket.get(upload.key));
  const digests = chosen.map(({ etag }) => Buffer.from(etag, 'hex'));
  const etag = `${createHash('md5').update(Buffer.concat(digests)).digest('hex')}-${chosen.length}`;
  const object = {
    key: upload.key,
    body: bodies.join(chosen.map(({ body }) => body)),
    etag,
    lastModified: new Date(clock.now()),
    headers: upload.headers,
    checksums: {},
    tags: upload.tags,
  };
  bucket.uploads.delete(upload.id);
  for (const part of upload.parts.values()) if (!chosen.includes(part)) bodies.drop(part.body);
  bucket.put(object);
  sendXml(request.response, 'CompleteMultipartUploadResult', {
    Location: `http://${request.header('host')}/${bucket.name}/${encodeURIComponent(upload.key)}`,
    Bucket: bucket.name,
    Key: upload.key,
    ETag: `"${etag}"`,
  });
  announce.created(bucket, object, request, 'CompleteMultipartUpload');
}

export function abortMultipartUpload(request: S3Request, { buckets, bodies }: S3Parts): void {
  const bucket = buckets.get(request.bucket);
  const upload = findUpload(bucket, request);
  bucket.uploads.delete(upload.id);
  dropParts(upload, bodies);
  sendEmpty(request.response, 204);
}

export function listParts(request: S3Request, { buckets }: S3Parts): void {
  const upload = findUpload(buckets.get(request.bucket), request);
  const parts = [...upload.parts].sort(([a], [b]) => a - b);
  sendXml(request.response, 'ListPartsResult', {
    Bucket: request.bucket,
    Key: upload.key,
    UploadId: upload.id,
    MaxParts: 10_000,
    IsTruncated: false,
    Part: parts.map(([number, { etag, body, lastModified }]) => ({
      PartNumber: number,
      LastModified: lastModified.toISOString(),
      ETag: `"${etag}"`,
      Size: body.size,
    })),
  });
}

export function listMultipartUploads(request: S3Request, { buckets }: S3Parts): void {
  const bucket = buckets.get(request.bucket);
  sendXml(request.response, 'ListMultipartUploadsResult', {
    Bucket: bucket.name,
    MaxUploads: 1_000,
    IsTruncated: false,
    Upload: [...bucket.uploads.values()].map(({ key, id, startedAt }) => ({
      Key: key,
      UploadId: id,
      StorageClass: 'STANDARD',
      Initiated: startedAt.toISOString(),
    })),
  });
}

function findUpload(bucket: Bucket, { query, key }: S3Request): Upload {
  const upload = bucket.uploads.get(query.get('uploadId') ?? '');
  if (upload?.key === key) return upload;
  throw new AwsError(
    'NoSuchUpload',
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    { status: 404, details: { UploadId: query.get('uploadId') } },
  );
}

/** The upload may have ended while the part's bytes came. */
function keepPart(
  request: S3Request,
  { clock, buckets, bodies }: S3Parts,
  { number, body, etag }: { number: number; body: Body; etag: string },
): void {
  try {
    const { parts } = findUpload(buckets.get(request.bucket), request);
    const replaced = parts.get(number);
    if (replaced) bodies.drop(replaced.body);
    parts.set(number, { body, etag, lastModified: new Date(clock.now()) });
  } catch (error) {
    bodies.drop(body);
    throw error;
  }
}

function dropParts({ parts }: Upload, bodies: BodyStore): void {
  for (const { body } of parts.values()) bodies.drop(body);
}

function partNumber({ query }: S3Request): number {
  const number = Number(query.get('partNumber'));
  if (Number.isInteger(number) && number >= 1 && number <= 10_000) return number;
  throw new AwsError('InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive', {
    details: { ArgumentName: 'partNumber', ArgumentValue: query.get('partNumber') },
  });
}

function copyRange(request: S3Request, size: number): { start: number; end: number } | undefined {
  const header = request.header('x-amz-copy-source-range');
  if (header === undefined) return undefined;
  const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(header) ?? [];
  if (start === undefined || end === undefined || Number(start) > Number(end) || Number(end) >= size) {
    throw new AwsError('InvalidArgument', `Range specified is not valid for source object of size: ${size}`);
  }
  return { start: Number(start), end: Number(end) };
}

/** The parts that the client names, in its order, each as it was uploaded last. */
function chooseParts(upload: Upload, document: string): { body: Body; etag: string }[] {
  let previous = 0;
  const chosen = xmlElements(document, 'Part').map((element) => {
    const number = Number(xmlTexts(element, 'PartNumber')[0]);
    if (number <= previous) {
      throw new AwsError(
        'InvalidPartOrder',
        'The list of parts was not in ascending order. Parts must be ordered by part number.',
      );
    }
    previous = number;
    const part = upload.parts.get(number);
    if (!part || unquote(xmlTexts(element, 'ETag')[0] ?? '') !== part.etag) {
      throw new AwsError(
        'InvalidPart',
        "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
        { details: { UploadId: upload.id, PartNumber: number } },
      );
    }
    return part;
  });
  if (chosen.length === 0) {
    throw new AwsError('MalformedXML', 'The XML you provided names no part of the upload.');
  }
  const tooSmall = chosen.slice(0, -1).find(({ body }) => body.size < LEAST_PART_BYTES);
  if (tooSmall) {
    throw new AwsError('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', {
      details: { ProposedSize: tooSmall.body.size, MinSizeAllowed: LEAST_PART_BYTES },
    });
  }
  return chosen;
}

const LEAST_PART_BYTES = 5 * 1_048_576;
