import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { tasksApi } from '../../../../generated/http/tasks.ts';
import { createFanIn } from '../../../../services/runtime/fan-in.ts';
import { createApi } from '../../../../services/runtime/http/create-api.ts';
import type { Idempotency } from '../../../../services/runtime/http/idempotency.ts';
import { createLog } from '../../../../services/runtime/log.ts';
import { nameUuid } from '../../../../services/runtime/name-uuid.ts';
import { createRejects } from '../../../../services/tasks/rejects.ts';
import { createFileOperations } from '../../../../services/tasks/tasks-api/file-operations.ts';
import { createTaskFileRecords } from '../../../../services/tasks/tasks-api/task-file-records.ts';
import { createTaskOperations } from '../../../../services/tasks/tasks-api/task-operations.ts';
import { createUploadOperations } from '../../../../services/tasks/tasks-api/upload-operations.ts';
import { createTaskFileView } from '../../../../services/tasks/tasks-api/view-task-file.ts';
import { context, httpEvent, type TestRequest } from '../../runtime/http/http-event.ts';
import { openTaskChanges } from './open-task-changes.ts';

const BUCKET = 'uploads';

/** The API of tasks over the engine's DynamoDB and S3, beside the consumers that read what was uploaded. */
export async function openTasksApi({ clock }: { readonly clock?: { now(): number } } = {}) {
  const system = await openTaskChanges();
  const { aws, client, tasks, changes } = system;
  const s3 = new S3Client({
    endpoint: aws.endpoint,
    region: aws.region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  const table = { client, tableName: 'task-files' };
  // Every request comes to its operation, also one that was answered before: as after a crash.
  const idempotency: Idempotency = { once: (operate, { key }) => operate(nameUuid(key)) };
  const handler = createApi(tasksApi, {
    operations: {
      ...createTaskOperations({ tasks, changes }),
      ...createUploadOperations({ s3, bucketName: BUCKET, clock }),
      ...createFileOperations({
        files: createTaskFileRecords(table),
        rejects: createRejects(table),
        view: createTaskFileView({ fanIn: createFanIn(table), clock }),
      }),
    },
    idempotency,
    log: { ...createLog('test'), info() {} },
  });

  return {
    ...system,

    async ask(request: TestRequest) {
      const { statusCode, headers = {}, body } = await handler(httpEvent(request), context);
      const isJson = `${headers['content-type']}`.includes('json');
      return { status: statusCode, headers, body: isJson ? JSON.parse(body ?? '') : body };
    },

    async close() {
      s3.destroy();
      await system.close();
    },
  };
}
