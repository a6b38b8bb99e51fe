import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { subscription } from '../../services/images/note-answers/subscription.ts';
import { arns } from '../arns.ts';
import { Subscription } from '../constructs/subscription.ts';
import { namesOf } from '../names.ts';
import { stackSettings } from '../stack-settings.ts';
import type { Stage } from '../stage.ts';

/** Keeps what anybody says of a picture. */
export class NoteAnswersStack extends Stack {
  constructor(scope: Construct, stage: Stage) {
    super(scope, subscription.name, stackSettings(stage, subscription.name, subscription.description));
    const names = namesOf({ stage: stage.name });
    const consumer = new Subscription(this, 'Subscription', {
      subscription,
      entry: new URL('../../services/images/note-answers/handler.ts', import.meta.url),
      stage,
      environment: { IMAGE_REVIEWS_TABLE: names.imageReviewsTable },
    });
    consumer.allow(['dynamodb:PutItem'], arns.table(names.imageReviewsTable));
  }
}
