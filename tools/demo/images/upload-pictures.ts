import { createReadStream } from 'node:fs';
import type { S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { PictureRecord } from './picture-board.ts';

/** Uploads the files, a few at a time and in their order, each of any size in little memory. */
export async function uploadPictures({
  s3,
  bucket,
  records,
  onUploaded,
}: {
  readonly s3: S3Client;
  readonly bucket: string;
  readonly records: readonly PictureRecord[];
  readonly onUploaded: (record: PictureRecord) => void;
}): Promise<void> {
  const rest = records.values();
  const uploadOneByOne = async () => {
    for (const record of rest) {
      const Body = createReadStream(record.picture.file);
      await new Upload({ client: s3, params: { Bucket: bucket, Key: record.key, Body } }).done();
      onUploaded(record);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, uploadOneByOne));
}

const AT_A_TIME = 4;
