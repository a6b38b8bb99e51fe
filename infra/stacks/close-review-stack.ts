import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { subscription } from '../../services/images/close-review/subscription.ts';
import { arns } from '../arns.ts';
import { Subscription } from '../constructs/subscription.ts';
import { namesOf } from '../names.ts';
import { stackSettings } from '../stack-settings.ts';
import type { Stage } from '../stage.ts';

/** Announces the verdict on a picture without the answers that did not come in time. */
export class CloseReviewStack extends Stack {
  constructor(scope: Construct, stage: Stage) {
    super(scope, subscription.name, stackSettings(stage, subscription.name, subscription.description));
    const names = namesOf({ stage: stage.name });
    const consumer = new Subscription(this, 'Subscription', {
      subscription,
      entry: new URL('../../services/images/close-review/handler.ts', import.meta.url),
      stage,
      environment: { IMAGE_REVIEWS_TABLE: names.imageReviewsTable },
      bucketName: names.imagesBucket,
    });
    consumer.allow(
      ['dynamodb:GetItem', 'dynamodb:UpdateItem', 'dynamodb:Query'],
      arns.table(names.imageReviewsTable),
    );
  }
}
