import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { taskFileCompletedV1 } from '../../../generated/events/task-file-completed-v1.ts';
import { consume } from '../../runtime/consume.ts';
import { readEnvironment } from '../../runtime/environment.ts';
import { createFanIn } from '../../runtime/fan-in.ts';
import { unlogged } from '../../runtime/unlogged.ts';
import { createTaskFiles } from '../task-files.ts';
import { createCompleter } from './complete-task-file.ts';
import { subscription } from './subscription.ts';

const environment = readEnvironment({ required: ['TASK_FILES_TABLE'] });
const table = { client: unlogged(new DynamoDBClient()), tableName: environment.TASK_FILES_TABLE };

export const handler = consume({
  subscription,
  environment,
  events: [taskFileCompletedV1],
  handle: createCompleter({ fanIn: createFanIn(table), files: createTaskFiles(table) }),
});
