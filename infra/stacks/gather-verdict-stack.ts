import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { subscription } from '../../services/images/gather-verdict/subscription.ts';
import { arns } from '../arns.ts';
import { Subscription } from '../constructs/subscription.ts';
import { namesOf } from '../names.ts';
import { stackSettings } from '../stack-settings.ts';
import type { Stage } from '../stage.ts';

/** Announces the verdict on a picture when its last answer is in. */
export class GatherVerdictStack extends Stack {
  constructor(scope: Construct, stage: Stage) {
    super(scope, subscription.name, stackSettings(stage, subscription.name, subscription.description));
    const names = namesOf({ stage: stage.name });
    const consumer = new Subscription(this, 'Subscription', {
      subscription,
      entry: new URL('../../services/images/gather-verdict/handler.ts', import.meta.url),
      stage,
      environment: { IMAGE_REVIEWS_TABLE: names.imageReviewsTable },
      settings: ['FACES_LEAST', 'FACES_MOST'],
      bucketName: names.imagesBucket,
    });
    consumer.allow(
      ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:Query'],
      arns.table(names.imageReviewsTable),
    );
  }
}
