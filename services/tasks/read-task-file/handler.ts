import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { objectCreated } from '../../../generated/events/object-created.ts';
import { taskFileCompletedV1 } from '../../../generated/events/task-file-completed-v1.ts';
import { taskFileFailedV1 } from '../../../generated/events/task-file-failed-v1.ts';
import { taskFileReadPausedV1 } from '../../../generated/events/task-file-read-paused-v1.ts';
import { taskRowsReadV1 } from '../../../generated/events/task-rows-read-v1.ts';
import { consume } from '../../runtime/consume.ts';
import { readEnvironment } from '../../runtime/environment.ts';
import { createFanIn } from '../../runtime/fan-in.ts';
import { createPublisher } from '../../runtime/publish.ts';
import { unlogged } from '../../runtime/unlogged.ts';
import { createTaskFiles } from '../task-files.ts';
import { openObject } from './open-object.ts';
import { createReader } from './read-task-file.ts';
import { readRowsPerEvent } from './rows-per-event.ts';
import { subscription } from './subscription.ts';

const environment = readEnvironment({ required: ['TASK_FILES_TABLE'], optional: ['ROWS_PER_EVENT'] });
const s3 = unlogged(new S3Client());
const table = { client: unlogged(new DynamoDBClient()), tableName: environment.TASK_FILES_TABLE };
const { publish } = createPublisher({
  producer: subscription,
  busName: environment.BUS_NAME,
  events: [taskRowsReadV1, taskFileReadPausedV1, taskFileCompletedV1, taskFileFailedV1],
});

export const handler = consume({
  subscription,
  environment,
  events: [objectCreated, taskFileReadPausedV1],
  handle: createReader({
    files: createTaskFiles(table),
    fanIn: createFanIn(table),
    open: (range) => openObject(s3, range),
    publish,
    rowsPerPart: readRowsPerEvent(environment.ROWS_PER_EVENT),
  }),
});
