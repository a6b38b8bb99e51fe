import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { subscription } from '../../services/tasks/read-task-file/subscription.ts';
import { allowToRead } from '../allow-objects.ts';
import { arns } from '../arns.ts';
import { Subscription } from '../constructs/subscription.ts';
import { namesOf } from '../names.ts';
import { stackSettings } from '../stack-settings.ts';
import type { Stage } from '../stage.ts';

/** Reads an uploaded file and publishes its rows. */
export class ReadTaskFileStack extends Stack {
  constructor(scope: Construct, stage: Stage) {
    super(scope, subscription.name, stackSettings(stage, subscription.name, subscription.description));
    const names = namesOf({ stage: stage.name });
    const consumer = new Subscription(this, 'Subscription', {
      subscription,
      entry: new URL('../../services/tasks/read-task-file/handler.ts', import.meta.url),
      stage,
      environment: { TASK_FILES_TABLE: names.taskFilesTable },
      settings: ['ROWS_PER_EVENT'],
      bucketName: names.uploadsBucket,
    });
    allowToRead(consumer, { bucket: 'uploadsBucket', prefix: 'task-files/', stage });
    consumer.allow(
      ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:Query'],
      arns.table(names.taskFilesTable),
    );
  }
}
