import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { taskCreatedV1 } from '../../../generated/events/task-created-v1.ts';
import { taskDeletedV1 } from '../../../generated/events/task-deleted-v1.ts';
import { taskUpdatedV1 } from '../../../generated/events/task-updated-v1.ts';
import { tasksApi } from '../../../generated/http/tasks.ts';
import { createFanIn } from '../../runtime/fan-in.ts';
import { readApiEnvironment } from '../../runtime/http/api-environment.ts';
import { createApi } from '../../runtime/http/create-api.ts';
import { createIdempotency } from '../../runtime/http/idempotency.ts';
import { createPublisher } from '../../runtime/publish.ts';
import { unlogged } from '../../runtime/unlogged.ts';
import { createRejects } from '../rejects.ts';
import { createFileOperations } from './file-operations.ts';
import { createTaskChanges } from './task-changes.ts';
import { taskEvents } from './task-events.ts';
import { createTaskFileRecords } from './task-file-records.ts';
import { createTaskOperations } from './task-operations.ts';
import { createTaskTable } from './task-table.ts';
import { createUploadOperations } from './upload-operations.ts';
import { createTaskFileView } from './view-task-file.ts';

const environment = readApiEnvironment({
  required: ['BUS_NAME', 'IDEMPOTENCY_TABLE', 'TASKS_TABLE', 'TASK_FILES_TABLE', 'UPLOADS_BUCKET'],
});
const client = unlogged(new DynamoDBClient());
const filesTable = { client, tableName: environment.TASK_FILES_TABLE };
const tasks = createTaskTable({ client, tableName: environment.TASKS_TABLE });
const { publish } = createPublisher({
  producer: { name: tasksApi.name, emits: taskEvents },
  busName: environment.BUS_NAME,
  events: [taskCreatedV1, taskUpdatedV1, taskDeletedV1],
});

export const handler = createApi(tasksApi, {
  operations: {
    ...createTaskOperations({ tasks, changes: createTaskChanges({ tasks, publish }) }),
    ...createUploadOperations({ s3: unlogged(new S3Client()), bucketName: environment.UPLOADS_BUCKET }),
    ...createFileOperations({
      files: createTaskFileRecords(filesTable),
      rejects: createRejects(filesTable),
      view: createTaskFileView({ fanIn: createFanIn(filesTable) }),
    }),
  },
  idempotency: createIdempotency({ client, tableName: environment.IDEMPOTENCY_TABLE }),
});
