import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { type Image, imagePrefixes } from '../image.ts';
import type { Master } from './convert-format.ts';

/** A master in S3. */
export type StoredMaster = Omit<Master, 'data'> & { readonly key: string; readonly bytes: number };

/** Writes the master of a picture under a key that follows from the picture: writing it again changes nothing. */
export async function storeMaster(
  s3: S3Client,
  { bucket, imageId }: Image,
  { data, ...master }: Master,
): Promise<StoredMaster> {
  const key = `${imagePrefixes.derived}${imageId}/master.${master.format}`;
  await s3.send(
    new PutObjectCommand({
      Bucket: bucket,
      Key: key,
      Body: data,
      ContentType: `image/${master.format}`,
      // The key names this very upload, so what lies there never changes.
      CacheControl: 'public, max-age=31536000, immutable',
    }),
  );
  return { key, ...master, bytes: data.length };
}
