import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Subscription } from '../../../../../infra/constructs/subscription.ts';
import { namesOf } from '../../../../../infra/names.ts';
import { stackSettings } from '../../../../../infra/stack-settings.ts';
import type { Stage } from '../../../../../infra/stage.ts';
import { subscription } from '../../services/items/hear-example/subscription.ts';

/** Hears fanbus.items/ItemReceived.v1. */
export class HearExampleStack extends Stack {
  constructor(scope: Construct, stage: Stage) {
    super(scope, subscription.name, stackSettings(stage, subscription.name, subscription.description));
    new Subscription(this, 'Subscription', {
      subscription,
      entry: new URL('../../services/items/hear-example/handler.ts', import.meta.url),
      stage,
      bucketName: namesOf({ stage: stage.name }).uploadsBucket,
    });
  }
}
