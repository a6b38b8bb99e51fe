import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { taskFileCompletedV1 } from '../../../generated/events/task-file-completed-v1.ts';
import { taskRowsReadV1 } from '../../../generated/events/task-rows-read-v1.ts';
import { consumeBatch } from '../../runtime/consume-batch.ts';
import { readEnvironment } from '../../runtime/environment.ts';
import { createFanIn } from '../../runtime/fan-in.ts';
import { createPublisher } from '../../runtime/publish.ts';
import { unlogged } from '../../runtime/unlogged.ts';
import { createRejects } from '../rejects.ts';
import { createTaskFiles } from '../task-files.ts';
import { createCreator } from './create-tasks.ts';
import { insertTasks } from './insert-tasks.ts';
import { subscription } from './subscription.ts';

const environment = readEnvironment({ required: ['TASKS_TABLE', 'TASK_FILES_TABLE'] });
const client = unlogged(new DynamoDBClient());
const table = { client, tableName: environment.TASK_FILES_TABLE };
const { publish } = createPublisher({
  producer: subscription,
  busName: environment.BUS_NAME,
  events: [taskRowsReadV1, taskFileCompletedV1],
});

export const handler = consumeBatch({
  subscription,
  environment,
  events: [taskRowsReadV1],
  handleBatch: createCreator({
    fanIn: createFanIn(table),
    files: createTaskFiles(table),
    rejects: createRejects(table),
    insert: (tasks, hasTime) =>
      insertTasks(tasks, {
        client,
        tableName: environment.TASKS_TABLE,
        now: new Date(),
        hasTime,
        wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      }),
    publish,
  }),
});
