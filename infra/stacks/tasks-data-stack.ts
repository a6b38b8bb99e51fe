import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { filesByOwner } from '../../services/tasks/files-by-owner.ts';
import { FanIn } from '../constructs/fan-in.ts';
import { Source } from '../constructs/source.ts';
import { stageTable } from '../constructs/table.ts';
import { namesOf } from '../names.ts';
import { stackSettings } from '../stack-settings.ts';
import type { Stage } from '../stage.ts';

/** What outlives the consumers of tasks: the uploads, the tasks, and the files with their fan-in. */
export class TasksDataStack extends Stack {
  constructor(scope: Construct, stage: Stage) {
    super(
      scope,
      'tasks-data',
      stackSettings(stage, 'tasks-data', 'The uploads bucket and the tables of tasks.'),
    );
    const names = namesOf({ stage: stage.name });
    new Source(this, 'Uploads', {
      bucketName: names.uploadsBucket,
      ruleName: names.uploadsRule,
      deadLettersName: names.deadLetters('uploads'),
      bus: names.bus,
      stage,
    });
    stageTable(this, 'Tasks', { name: names.tasksTable, partitionKey: 'list', sortKey: 'id', stage });
    new FanIn(this, 'TaskFiles', { tableName: names.taskFilesTable, index: filesByOwner, stage });
  }
}
