import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { subscription } from '../../services/tasks/complete-task-file/subscription.ts';
import { arns } from '../arns.ts';
import { Subscription } from '../constructs/subscription.ts';
import { namesOf } from '../names.ts';
import { stackSettings } from '../stack-settings.ts';
import type { Stage } from '../stage.ts';

/** Marks a file as completed, with its exact totals. */
export class CompleteTaskFileStack extends Stack {
  constructor(scope: Construct, stage: Stage) {
    super(scope, subscription.name, stackSettings(stage, subscription.name, subscription.description));
    const names = namesOf({ stage: stage.name });
    const consumer = new Subscription(this, 'Subscription', {
      subscription,
      entry: new URL('../../services/tasks/complete-task-file/handler.ts', import.meta.url),
      stage,
      environment: { TASK_FILES_TABLE: names.taskFilesTable },
    });
    consumer.allow(['dynamodb:UpdateItem', 'dynamodb:Query'], arns.table(names.taskFilesTable));
  }
}
