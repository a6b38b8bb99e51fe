import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { subscription } from '../../services/tasks/create-tasks/subscription.ts';
import { arns } from '../arns.ts';
import { Subscription } from '../constructs/subscription.ts';
import { namesOf } from '../names.ts';
import { stackSettings } from '../stack-settings.ts';
import type { Stage } from '../stage.ts';

/** Writes the rows of a file as tasks and counts them. */
export class CreateTasksStack extends Stack {
  constructor(scope: Construct, stage: Stage) {
    super(scope, subscription.name, stackSettings(stage, subscription.name, subscription.description));
    const names = namesOf({ stage: stage.name });
    const consumer = new Subscription(this, 'Subscription', {
      subscription,
      entry: new URL('../../services/tasks/create-tasks/handler.ts', import.meta.url),
      stage,
      environment: { TASKS_TABLE: names.tasksTable, TASK_FILES_TABLE: names.taskFilesTable },
    });
    consumer.allow(['dynamodb:PartiQLInsert'], arns.table(names.tasksTable));
    consumer.allow(
      ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:Query'],
      arns.table(names.taskFilesTable),
    );
  }
}
