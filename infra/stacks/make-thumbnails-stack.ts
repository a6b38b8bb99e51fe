import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { imagePrefixes } from '../../services/images/image.ts';
import { subscription } from '../../services/images/make-thumbnails/subscription.ts';
import { allowObjects, allowToRead } from '../allow-objects.ts';
import { Subscription } from '../constructs/subscription.ts';
import { namesOf } from '../names.ts';
import { stackSettings } from '../stack-settings.ts';
import type { Stage } from '../stage.ts';

/** Makes the thumbnails of a picture. */
export class MakeThumbnailsStack extends Stack {
  constructor(scope: Construct, stage: Stage) {
    super(scope, subscription.name, stackSettings(stage, subscription.name, subscription.description));
    const consumer = new Subscription(this, 'Subscription', {
      subscription,
      entry: new URL('../../services/images/make-thumbnails/handler.ts', import.meta.url),
      stage,
      settings: ['THUMBNAIL_SIZES', 'THUMBNAIL_VARIANTS'],
      bucketName: namesOf({ stage: stage.name }).imagesBucket,
    });
    allowToRead(consumer, { bucket: 'imagesBucket', prefix: imagePrefixes.uploads, stage });
    allowObjects(consumer, {
      actions: ['s3:PutObject'],
      bucket: 'imagesBucket',
      prefix: imagePrefixes.derived,
      stage,
    });
  }
}
