import { Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { arns } from '../arns.ts';
import type { Stage } from '../stage.ts';
import { stageBucket } from './bucket.ts';
import { deadLetterQueue, letRulesSend } from './dead-letter-queue.ts';
import { Rule } from './rule.ts';

export interface SourceProps {
  readonly bucketName: string;
  /** Only new objects with such a key are told. @default every new object */
  readonly keys?: { readonly prefix: string } | { readonly wildcard: string };
  /** What expires after the stage's days for uploads. @default everything */
  readonly expiringPrefixes?: readonly string[];
  /** Of the rule that forwards. */
  readonly ruleName: string;
  readonly deadLettersName: string;
  /** The name of the bus that hears of new objects. */
  readonly bus: string;
  readonly stage: Stage;
}

/** A private bucket whose new objects are told to a bus. */
export class Source extends Construct {
  constructor(scope: Construct, id: string, props: SourceProps) {
    super(scope, id);
    this.#addBucket(props);
    this.#forward(props);
  }

  #addBucket(props: SourceProps): void {
    const bucket = stageBucket(this, 'Bucket', {
      name: props.bucketName,
      expireDays: props.stage.uploadDays,
      expiringPrefixes: props.expiringPrefixes,
      unloggedBecause:
        "Each upload is an event with its requester and address, kept in the bus's archive; the bucket is private.",
      stage: props.stage,
    });
    const resource = bucket.node.defaultChild;
    if (!(resource instanceof CfnBucket)) throw new Error('the bucket has no CfnBucket to notify from');
    // Bucket's own eventBridgeEnabled deploys a custom resource and its function; CloudFormation can do it itself.
    resource.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
  }

  /** S3 speaks on the default bus only; this takes the one hop between buses that EventBridge allows. */
  #forward(props: SourceProps): void {
    const busArn = arns.bus(props.bus);
    const deadLetters = deadLetterQueue(this, 'DeadLetters', props.deadLettersName);
    letRulesSend(deadLetters, [arns.rule('default', props.ruleName)]);
    Validations.of(deadLetters).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'This is a dead-letter queue itself: of a rule, which the check does not see.',
    });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('events.amazonaws.com') });
    role.addToPolicy(new PolicyStatement({ actions: ['events:PutEvents'], resources: [busArn] }));
    const rule = new Rule(this, 'Forward', {
      name: props.ruleName,
      bus: 'default',
      pattern: {
        source: ['aws.s3'],
        'detail-type': ['Object Created'],
        detail: {
          bucket: { name: [props.bucketName] },
          ...(props.keys === undefined ? {} : { object: { key: [props.keys] } }),
        },
      },
      targetArn: busArn,
      roleArn: role.roleArn,
      deadLetterArn: deadLetters.queueArn,
    });
    rule.node.addDependency(role, deadLetters);
  }
}
