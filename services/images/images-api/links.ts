import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { Master, Thumbnail } from '../../../generated/http/images.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { DataOf } from '../../runtime/event.ts';
import { imagePrefixes } from '../image.ts';

/** What consumers have made of a picture. */
export interface Derived {
  readonly thumbnails: DataOf<'ImageReviewed.v1'>['thumbnails'];
  readonly master?: NonNullable<DataOf<'FormatConverted.v1'>['result']>;
}

export interface LinkedDerived {
  readonly thumbnails: Thumbnail[];
  readonly master?: Master;
}

export type Links = ReturnType<typeof createLinks>;

/**
 * Links to what was made of pictures, and to nothing else in the bucket. Those made within five minutes are the same, so that an answer
 * polled for can keep its ETag: whoever hears that it has not changed holds links that work for ten minutes more.
 */
export function createLinks({
  s3,
  bucket,
  clock,
}: {
  readonly s3: S3Client;
  readonly bucket: string;
  readonly clock: Clock;
}) {
  const signingDate = () => new Date(Math.floor(clock.now() / SAME_FOR_MS) * SAME_FOR_MS);

  return {
    /** For an ETag: changes when the links do, which themselves differ between functions that sign at the same time. */
    version: ({ thumbnails, master }: Derived) =>
      thumbnails.length > 0 || master ? signingDate().toISOString() : '',

    async link(imageId: string, { thumbnails, master }: Derived): Promise<LinkedDerived> {
      const linked = await Promise.all(
        thumbnails.map(async ({ key, variant, size, width, height, format, bytes }) => {
          const url = await sign(imageId, key);
          return url === undefined ? [] : { variant, size, width, height, format, bytes, url };
        }),
      );
      const url = master && (await sign(imageId, master.key));
      if (!master || url === undefined) return { thumbnails: linked.flat() };
      const { width, height, format, bytes } = master;
      return { thumbnails: linked.flat(), master: { width, height, format, bytes, url } };
    },
  };

  /** Undefined for what lies elsewhere: an upload, a picture in quarantine, what was made of another. */
  async function sign(imageId: string, key: string): Promise<string | undefined> {
    if (!key.startsWith(`${imagePrefixes.derived}${imageId}/`)) return undefined;
    const command = new GetObjectCommand({ Bucket: bucket, Key: key });
    return getSignedUrl(s3, command, { expiresIn: VALID_SECONDS, signingDate: signingDate() });
  }
}

const SAME_FOR_MS = 300_000;
const VALID_SECONDS = 900;
