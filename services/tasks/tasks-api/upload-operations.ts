import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import type { TasksOperations } from '../../../generated/http/tasks.ts';
import { type Clock, systemClock } from '../../runtime/clock.ts';
import type { OperationsOf } from '../../runtime/http/create-api.ts';
import { uploadKey } from '../task-file.ts';

type UploadOperations = Pick<OperationsOf<TasksOperations>, 'uploadTaskFile' | 'startTaskUpload'>;

/** The operations by which a file gets into the bucket, from where it is read. */
export function createUploadOperations({
  s3,
  bucketName,
  clock = systemClock,
}: {
  readonly s3: S3Client;
  readonly bucketName: string;
  /** @default the system's */
  readonly clock?: Clock;
}): UploadOperations {
  return {
    /** A repeat after a crash finds its own object: written again it would be another file, with all of its tasks. */
    async uploadTaskFile({ query: { name }, body, principal, onceId }) {
      const uploadId = onceId;
      try {
        await s3.send(
          new PutObjectCommand({
            Bucket: bucketName,
            Key: uploadKey({ owner: principal.sub, uploadId, name }),
            Body: body,
            ContentType: 'text/csv',
            IfNoneMatch: '*',
          }),
        );
      } catch (error) {
        if (!(error instanceof Error) || error.name !== 'PreconditionFailed') throw error;
      }
      return {
        status: 202,
        headers: { location: `/task-files?uploadId=${uploadId}` },
        body: { uploadId },
      };
    },

    async startTaskUpload({ body: { name }, principal, onceId }) {
      const uploadId = onceId;
      const expiresAt = new Date(clock.now() + FORM_SECONDS * 1_000).toISOString();
      const { url, fields } = await createPresignedPost(s3, {
        Bucket: bucketName,
        Key: uploadKey({ owner: principal.sub, uploadId, name: name.toWellFormed() }),
        Fields: { 'Content-Type': 'text/csv' },
        Conditions: [['content-length-range', 1, FORM_MAX_BYTES]],
        Expires: FORM_SECONDS,
      });
      return { status: 201, body: { uploadId, url, fields, expiresAt } };
    },
  };
}

const FORM_SECONDS = 15 * 60;
/** S3's own limit for a form. */
const FORM_MAX_BYTES = 5 * 1_024 ** 3;
