import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { imagePrefixes } from '../../services/images/image.ts';
import { subscription } from '../../services/images/moderate-image/subscription.ts';
import { allowToRead } from '../allow-objects.ts';
import { Subscription } from '../constructs/subscription.ts';
import { namesOf } from '../names.ts';
import { stackSettings } from '../stack-settings.ts';
import type { Stage } from '../stage.ts';

/** Judges what a picture shows. */
export class ModerateImageStack extends Stack {
  constructor(scope: Construct, stage: Stage) {
    super(scope, subscription.name, stackSettings(stage, subscription.name, subscription.description));
    const consumer = new Subscription(this, 'Subscription', {
      subscription,
      entry: new URL('../../services/images/moderate-image/handler.ts', import.meta.url),
      stage,
      settings: ['MODERATION_THRESHOLDS'],
      bucketName: namesOf({ stage: stage.name }).imagesBucket,
    });
    allowToRead(consumer, { bucket: 'imagesBucket', prefix: imagePrefixes.uploads, stage });
  }
}
