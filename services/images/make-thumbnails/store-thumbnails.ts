import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { type Image, imagePrefixes } from '../image.ts';
import type { Thumbnail } from './make-thumbnails.ts';

/** A thumbnail in S3. */
export type StoredThumbnail = Omit<Thumbnail, 'data'> & { readonly key: string; readonly bytes: number };

/** Writes the thumbnails of a picture under keys that follow from the picture: writing them again changes nothing. */
export async function storeThumbnails(
  s3: S3Client,
  { bucket, imageId }: Image,
  thumbnails: readonly Thumbnail[],
): Promise<StoredThumbnail[]> {
  return Promise.all(
    thumbnails.map(async ({ data, ...thumbnail }) => {
      const { variant, size, format } = thumbnail;
      const key = `${imagePrefixes.derived}${imageId}/${variant}-${size}.${format === 'jpeg' ? 'jpg' : format}`;
      await s3.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          Body: data,
          ContentType: `image/${format}`,
          // The key names this very upload, so what lies there never changes.
          CacheControl: 'public, max-age=31536000, immutable',
        }),
      );
      return { ...thumbnail, key, bytes: data.length };
    }),
  );
}
