import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import { HeadObjectCommand, NotFound, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';

/** `closed`: an empty file, put there so that who was to write it no longer can. */
export type FileState = 'absent' | 'written' | 'closed';

export interface EventFiles {
  state(key: string): Promise<FileState>;
  /** Writes a file, unless it is closed; answers what is there then. Only one caller ever writes a file. */
  write(key: string, lines: readonly string[]): Promise<FileState>;
  /** Closes a file, unless it is written; answers what is there then. */
  close(key: string): Promise<FileState>;
}

/** Gzipped files in a bucket, each written once: `If-None-Match` decides between who writes a file and who closes it. */
export function createEventFiles({
  s3,
  bucket,
}: {
  readonly s3: S3Client;
  readonly bucket: string;
}): EventFiles {
  return {
    state,
    write: (key, lines) => put(key, lines.join(''), 'written'),
    close: (key) => put(key, '', 'closed'),
  };

  async function state(key: string): Promise<FileState> {
    try {
      const { Metadata } = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
      return Metadata?.state === 'closed' ? 'closed' : 'written';
    } catch (error) {
      if (error instanceof NotFound) return 'absent';
      throw error;
    }
  }

  async function put(key: string, text: string, become: 'written' | 'closed'): Promise<FileState> {
    const Body = await compress(text, { level: constants.Z_BEST_SPEED });
    try {
      await s3.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          Body,
          // A closed one is valid too, of no lines. No content encoding: what reads it goes by the ending.
          ContentType: 'application/gzip',
          Metadata: { state: become },
          IfNoneMatch: '*',
        }),
      );
      return become;
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'PreconditionFailed') throw error;
      return state(key);
    }
  }
}

const compress = promisify(gzip);
