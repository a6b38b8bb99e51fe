import { Validations } from 'aws-cdk-lib';
import { arns } from './arns.ts';
import type { Subscription } from './constructs/subscription.ts';
import { namesOf } from './names.ts';
import type { Stage } from './stage.ts';

export interface ObjectsGrant {
  readonly actions: readonly string[];
  readonly bucket: 'uploadsBucket' | 'imagesBucket' | 'analyticsBucket';
  /** The folder: `task-files/`. */
  readonly prefix: string;
  readonly stage: Stage;
}

/** Grants a consumer these actions on one folder of a bucket, whose objects others name, and on nothing beside it. */
export function allowObjects(consumer: Subscription, { actions, bucket, prefix, stage }: ObjectsGrant): void {
  consumer.allow(actions, arns.objects(namesOf({ stage: stage.name })[bucket], prefix));
  // As cdk-nag writes pseudo parameters.
  const bucketName = namesOf({ stage: stage.name, accountId: '<AWS::AccountId>', region: '<AWS::Region>' })[
    bucket
  ];
  Validations.of(consumer).acknowledge({
    id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::${bucketName}/${prefix}*]`,
    reason: 'Whoever uploads names the object; the function may reach that one folder and nothing else.',
  });
}

/** Lets a consumer read the objects of one folder. */
export function allowToRead(consumer: Subscription, grant: Omit<ObjectsGrant, 'actions'>): void {
  allowObjects(consumer, { ...grant, actions: ['s3:GetObject'] });
  // Without it S3 says of a deleted object that access is denied, and its consumer would try for ever.
  consumer.allow(['s3:ListBucket'], arns.bucket(namesOf({ stage: grant.stage.name })[grant.bucket]));
}
