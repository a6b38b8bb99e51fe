import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { expect, it } from 'vitest';
import { Source } from '../../../infra/constructs/source.ts';
import { testStage } from '../fixture/test-stage.ts';

const stack = new Stack();
new Source(stack, 'Source', {
  bucketName: 'inbox',
  ruleName: 'inbox',
  deadLettersName: 'inbox-dlq',
  bus: 'orders',
  stage: testStage(),
});
const template = Template.fromStack(stack);

it('tells EventBridge of its objects by itself, without a function that would set it up', () => {
  template.hasResourceProperties('AWS::S3::Bucket', {
    BucketName: 'inbox',
    NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
  });
  template.resourceCountIs('AWS::Lambda::Function', 0);
});

it('is private, encrypted and TLS only, and lets objects and broken uploads expire', () => {
  template.hasResourceProperties('AWS::S3::Bucket', {
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    },
    BucketEncryption: Match.anyValue(),
    LifecycleConfiguration: {
      Rules: [
        Match.objectLike({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } }),
        Match.objectLike({ ExpirationInDays: 7, Prefix: Match.absent() }),
      ],
    },
  });
  template.hasResourceProperties('AWS::S3::BucketPolicy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      ]),
    },
  });
});

it('forwards the new objects of this bucket alone from the default bus, with a dead-letter queue', () => {
  template.hasResourceProperties('AWS::Events::Rule', {
    EventBusName: 'default',
    EventPattern: {
      source: ['aws.s3'],
      'detail-type': ['Object Created'],
      detail: { bucket: { name: ['inbox'] } },
    },
    Targets: [
      Match.objectLike({
        Arn: Match.objectLike({ 'Fn::Join': ['', Match.arrayWith([':event-bus/orders'])] }),
        RoleArn: Match.anyValue(),
        DeadLetterConfig: Match.anyValue(),
      }),
    ],
  });
});

it('tells of some keys only and lets some prefixes expire, when asked', () => {
  const other = new Stack();
  new Source(other, 'Source', {
    bucketName: 'inbox',
    keys: { prefix: 'letters/' },
    expiringPrefixes: ['letters/', 'spam/'],
    ruleName: 'inbox',
    deadLettersName: 'inbox-dlq',
    bus: 'orders',
    stage: testStage(),
  });
  const template = Template.fromStack(other);
  template.hasResourceProperties('AWS::Events::Rule', {
    EventPattern: { detail: { bucket: { name: ['inbox'] }, object: { key: [{ prefix: 'letters/' }] } } },
  });
  template.hasResourceProperties('AWS::S3::Bucket', {
    LifecycleConfiguration: {
      Rules: [
        Match.objectLike({ AbortIncompleteMultipartUpload: Match.anyValue() }),
        Match.objectLike({ ExpirationInDays: 7, Prefix: 'letters/' }),
        Match.objectLike({ ExpirationInDays: 7, Prefix: 'spam/' }),
      ],
    },
  });
});

it('forwards under a role that may put events on that bus and nothing else', () => {
  const policies = Object.values(template.findResources('AWS::IAM::Policy'));
  expect(policies).toHaveLength(1);
  expect(policies[0]?.Properties.PolicyDocument.Statement).toEqual([
    {
      Effect: 'Allow',
      Action: 'events:PutEvents',
      Resource: { 'Fn::Join': ['', expect.arrayContaining([':event-bus/orders'])] },
    },
  ]);
});
