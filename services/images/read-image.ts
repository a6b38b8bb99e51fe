import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Image } from './image.ts';
import { UnusableImageError } from './unusable-image-error.ts';

/** A picture is read whole, so this bounds a function's memory. */
export const IMAGE_MAX_BYTES = 25 * 1024 * 1024;

/**
 * Reads a picture's bytes, exactly those that were uploaded. Throws `UnusableImageError` when there are none or too many, which
 * is told without reading them, and when the object is no longer there or another one lies in its place.
 */
export async function readImage(s3: S3Client, { bucket, key, etag, bytes }: Image): Promise<Buffer> {
  if (bytes === 0) throw new UnusableImageError('empty', 'the file has no bytes: upload it again');
  if (bytes > IMAGE_MAX_BYTES) {
    throw new UnusableImageError(
      'too-large',
      `the file has ${megabytes(bytes)} MB, at most ${megabytes(IMAGE_MAX_BYTES)} MB are accepted: make it smaller`,
    );
  }
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, IfMatch: `"${etag}"` }));
    if (!Body) throw new Error(`S3 answered the request for ${key} without a body`);
    return Buffer.from(await Body.transformToByteArray());
  } catch (error) {
    throw asUnusable(error) ?? error;
  }
}

function asUnusable(error: unknown): UnusableImageError | undefined {
  const name = error instanceof Error ? error.name : '';
  if (name === 'PreconditionFailed') {
    return new UnusableImageError(
      'replaced',
      'another file was uploaded in its place before it was read: that one is a picture of its own',
      { cause: error },
    );
  }
  if (name === 'NoSuchKey') {
    return new UnusableImageError(
      'gone',
      'the file was deleted or put into quarantine before it was read: upload it again if it is harmless',
      { cause: error },
    );
  }
  return undefined;
}

function megabytes(bytes: number): string {
  return (bytes / 1024 / 1024).toLocaleString('en', { maximumFractionDigits: 1 });
}
