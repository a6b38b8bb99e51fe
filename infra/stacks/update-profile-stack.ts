import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { subscription } from '../../services/images/update-profile/subscription.ts';
import { arns } from '../arns.ts';
import { Subscription } from '../constructs/subscription.ts';
import { namesOf } from '../names.ts';
import { stackSettings } from '../stack-settings.ts';
import type { Stage } from '../stage.ts';

/** Keeps a user's record of pictures. */
export class UpdateProfileStack extends Stack {
  constructor(scope: Construct, stage: Stage) {
    super(scope, subscription.name, stackSettings(stage, subscription.name, subscription.description));
    const names = namesOf({ stage: stage.name });
    const consumer = new Subscription(this, 'Subscription', {
      subscription,
      entry: new URL('../../services/images/update-profile/handler.ts', import.meta.url),
      stage,
      environment: { USERS_TABLE: names.usersTable },
      bucketName: names.imagesBucket,
    });
    consumer.allow(['dynamodb:GetItem', 'dynamodb:UpdateItem'], arns.table(names.usersTable));
  }
}
