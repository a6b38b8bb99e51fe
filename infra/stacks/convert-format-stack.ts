import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { subscription } from '../../services/images/convert-format/subscription.ts';
import { imagePrefixes } from '../../services/images/image.ts';
import { allowObjects, allowToRead } from '../allow-objects.ts';
import { Subscription } from '../constructs/subscription.ts';
import { namesOf } from '../names.ts';
import { stackSettings } from '../stack-settings.ts';
import type { Stage } from '../stage.ts';

/** Converts a picture to a modern format. */
export class ConvertFormatStack extends Stack {
  constructor(scope: Construct, stage: Stage) {
    super(scope, subscription.name, stackSettings(stage, subscription.name, subscription.description));
    const consumer = new Subscription(this, 'Subscription', {
      subscription,
      entry: new URL('../../services/images/convert-format/handler.ts', import.meta.url),
      stage,
      settings: ['MASTER_FORMAT', 'MASTER_QUALITY'],
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
