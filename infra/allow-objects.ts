import { Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { arns } from './arns.ts';
import { namesOf } from './names.ts';
import type { Stage } from './stage.ts';

export interface ObjectsGrant {
  readonly actions: readonly string[];
  readonly bucket: 'uploadsBucket' | 'imagesBucket' | 'analyticsBucket';
  /** The folder: `task-files/`. */
  readonly prefix: string;
  readonly stage: Stage;
}

/** A consumer, or a function of the API. */
type Grantee = Construct & { allow(actions: readonly string[], resource: string): void };

/** Grants these actions on one folder of a bucket, whose objects others name, and on nothing beside it. */
export function allowObjects(grantee: Grantee, { actions, bucket, prefix, stage }: ObjectsGrant): void {
  grantee.allow(actions, arns.objects(namesOf({ stage: stage.name })[bucket], prefix));
  // As cdk-nag writes pseudo parameters.
  const bucketName = namesOf({ stage: stage.name, accountId: '<AWS::AccountId>', region: '<AWS::Region>' })[
    bucket
  ];
  Validations.of(grantee).acknowledge({
    id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::${bucketName}/${prefix}*]`,
    reason: 'Whoever uploads names the object; the function may reach that one folder and nothing else.',
  });
}

/** Lets it read the objects of one folder. */
export function allowToRead(grantee: Grantee, grant: Omit<ObjectsGrant, 'actions'>): void {
  allowObjects(grantee, { ...grant, actions: ['s3:GetObject'] });
  // Without it S3 says of a deleted object that access is denied, and a consumer would try for ever.
  grantee.allow(['s3:ListBucket'], arns.bucket(namesOf({ stage: grant.stage.name })[grant.bucket]));
}
