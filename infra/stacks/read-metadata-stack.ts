import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { imagePrefixes } from '../../services/images/image.ts';
import { subscription } from '../../services/images/read-metadata/subscription.ts';
import { allowToRead } from '../allow-objects.ts';
import { Subscription } from '../constructs/subscription.ts';
import { namesOf } from '../names.ts';
import { stackSettings } from '../stack-settings.ts';
import type { Stage } from '../stage.ts';

/** Reads the metadata of a picture. */
export class ReadMetadataStack extends Stack {
  constructor(scope: Construct, stage: Stage) {
    super(scope, subscription.name, stackSettings(stage, subscription.name, subscription.description));
    const consumer = new Subscription(this, 'Subscription', {
      subscription,
      entry: new URL('../../services/images/read-metadata/handler.ts', import.meta.url),
      stage,
      settings: ['KEEP_GPS'],
      bucketName: namesOf({ stage: stage.name }).imagesBucket,
    });
    allowToRead(consumer, { bucket: 'imagesBucket', prefix: imagePrefixes.uploads, stage });
  }
}
