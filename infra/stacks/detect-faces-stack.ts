import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { subscription } from '../../services/images/detect-faces/subscription.ts';
import { imagePrefixes } from '../../services/images/image.ts';
import { allowToRead } from '../allow-objects.ts';
import { Subscription } from '../constructs/subscription.ts';
import { namesOf } from '../names.ts';
import { stackSettings } from '../stack-settings.ts';
import type { Stage } from '../stage.ts';

/** Finds the faces in a picture. */
export class DetectFacesStack extends Stack {
  constructor(scope: Construct, stage: Stage) {
    super(scope, subscription.name, stackSettings(stage, subscription.name, subscription.description));
    const consumer = new Subscription(this, 'Subscription', {
      subscription,
      entry: new URL('../../services/images/detect-faces/handler.ts', import.meta.url),
      stage,
      settings: ['MIN_CONFIDENCE'],
      bucketName: namesOf({ stage: stage.name }).imagesBucket,
    });
    allowToRead(consumer, { bucket: 'imagesBucket', prefix: imagePrefixes.uploads, stage });
  }
}
