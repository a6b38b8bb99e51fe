import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { UnreadableFileError } from './unreadable-file-error.ts';

export interface ObjectRange {
  readonly bucket: string;
  readonly key: string;
  /** Without quotes: pins the object, so that no other one is read in its place. */
  readonly etag: string;
  readonly fromByte: number;
  /** @default to the end */
  readonly maxBytes?: number;
}

/**
 * Opens a range of an object as a stream. Throws `UnreadableFileError` when the object was deleted or replaced. Empty when
 * the object ends before the range.
 */
export async function openObject(
  s3: S3Client,
  { bucket, key, etag, fromByte, maxBytes }: ObjectRange,
): Promise<AsyncIterable<Buffer>> {
  const end = maxBytes === undefined ? '' : fromByte + maxBytes - 1;
  try {
    const { Body } = await s3.send(
      new GetObjectCommand({
        Bucket: bucket,
        Key: key,
        IfMatch: `"${etag}"`,
        ...(fromByte > 0 || maxBytes !== undefined ? { Range: `bytes=${fromByte}-${end}` } : {}),
      }),
    );
    if (!Body) throw new Error(`S3 answered the request for ${key} without a body`);
    return Body as AsyncIterable<Buffer>;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (error.name === 'InvalidRange') return EMPTY;
    if (error.name === 'PreconditionFailed') {
      throw new UnreadableFileError(
        'the object was replaced before it was read to its end: the new one is a file of its own',
        {
          cause: error,
        },
      );
    }
    if (error.name === 'NoSuchKey') {
      throw new UnreadableFileError('the object was deleted before it was read to its end: upload it again', {
        cause: error,
      });
    }
    throw error;
  }
}

const EMPTY: AsyncIterable<Buffer> = { async *[Symbol.asyncIterator]() {} };
