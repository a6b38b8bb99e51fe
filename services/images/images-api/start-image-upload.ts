import type { S3Client } from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import type { ImagesOperations } from '../../../generated/http/images.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Operation } from '../../runtime/http/create-api.ts';
import { uuidv7 } from '../../runtime/uuidv7.ts';
import { imagePrefixes } from '../image.ts';
import { IMAGE_MAX_BYTES } from '../read-image.ts';

export interface UploadOptions {
  readonly s3: S3Client;
  readonly bucket: string;
  readonly clock: Clock;
}

/** Signs a form for one picture of the caller's: its key, its type and its size are fixed by the signature. */
export function createStartImageUpload({
  s3,
  bucket,
  clock,
}: UploadOptions): Operation<ImagesOperations['startImageUpload']> {
  return async ({ body: { name, contentType }, principal }) => {
    const now = clock.now();
    // Not onceId: pictures are listed by the time that their upload's id begins with, and a second form makes nothing.
    const uploadId = uuidv7(now);
    const { url, fields } = await createPresignedPost(s3, {
      Bucket: bucket,
      Key: `${imagePrefixes.uploads}${principal.sub}/${uploadId}/${name}`,
      Fields: { 'Content-Type': contentType },
      Conditions: [['content-length-range', 1, IMAGE_MAX_BYTES]],
      Expires: FORM_SECONDS,
    });
    const expiresAt = new Date(now + FORM_SECONDS * 1_000).toISOString();
    return { status: 201, body: { uploadId, url, fields, maxBytes: IMAGE_MAX_BYTES, expiresAt } };
  };
}

const FORM_SECONDS = 600;
