import { Stack, Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { subscription } from '../../services/tasks/read-task-file/subscription.ts';
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
    consumer.allow(['s3:GetObject'], arns.objects(names.uploadsBucket, 'task-files/'));
    // Without it S3 says of a deleted object that access is denied, and the file would never fail with that reason.
    consumer.allow(['s3:ListBucket'], arns.bucket(names.uploadsBucket));
    const { uploadsBucket } = namesOf({
      stage: stage.name,
      accountId: '<AWS::AccountId>',
      region: '<AWS::Region>',
    });
    Validations.of(consumer).acknowledge({
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::${uploadsBucket}/task-files/*]`,
      reason: 'Whoever uploads names the object; the function may read that one folder and nothing else.',
    });
    consumer.allow(
      ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:Query'],
      arns.table(names.taskFilesTable),
    );
  }
}
