import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { expect, it } from 'vitest';
import { Queue } from '../../../infra/constructs/queue.ts';

const ruleArns = Array.from(
  { length: 25 },
  (_, n) => `arn:aws:events:eu-west-1:111122223333:rule/orders/ship-${n}`,
);
const stack = new Stack();
new Queue(stack, 'Queue', {
  name: 'ship',
  deadLettersName: 'ship-dlq',
  visibilitySeconds: 365,
  delaySeconds: 0,
  maxReceives: 6,
  ruleArns,
});
const template = Template.fromStack(stack);
const [deadLetters] = Object.keys(
  template.findResources('AWS::SQS::Queue', { Properties: { QueueName: 'ship-dlq' } }),
);

it('moves a message to its dead-letter queue after so many receives', () => {
  template.hasResourceProperties('AWS::SQS::Queue', {
    QueueName: 'ship',
    VisibilityTimeout: 365,
    RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': [deadLetters, 'Arn'] }, maxReceiveCount: 6 },
  });
});

it('keeps dead letters for 14 days, longer than messages', () => {
  template.hasResourceProperties('AWS::SQS::Queue', {
    QueueName: 'ship-dlq',
    MessageRetentionPeriod: 1_209_600,
  });
  template.hasResourceProperties('AWS::SQS::Queue', { QueueName: 'ship', MessageRetentionPeriod: 604_800 });
});

it('encrypts both and refuses plain HTTP', () => {
  template.allResourcesProperties('AWS::SQS::Queue', { SqsManagedSseEnabled: true });
  template.allResourcesProperties('AWS::SQS::QueuePolicy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      ]),
    },
  });
});

it('lets all its rules and no others into both, in one statement, within the limits of a queue policy', () => {
  const policies = Object.values(template.findResources('AWS::SQS::QueuePolicy'));
  expect(policies).toHaveLength(2);
  for (const { Properties } of policies) {
    expect(Properties.PolicyDocument.Statement).toHaveLength(2);
    expect(Properties.PolicyDocument.Statement[1]).toMatchObject({
      Effect: 'Allow',
      Action: 'sqs:SendMessage',
      Principal: { Service: 'events.amazonaws.com' },
      Condition: { ArnEquals: { 'aws:SourceArn': ruleArns } },
    });
    expect(JSON.stringify(Properties.PolicyDocument).length).toBeLessThan(8192);
  }
});
