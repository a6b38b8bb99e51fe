import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { it } from 'vitest';
import { Rule } from '../../../infra/constructs/rule.ts';

it('has one target with retries and a dead-letter queue, on a bus known by name', () => {
  const stack = new Stack();
  new Rule(stack, 'Rule', {
    name: 'orders-1',
    bus: 'orders',
    pattern: { source: ['shop'], 'detail-type': ['Ordered.v1'] },
    targetArn: 'arn:aws:sqs:eu-west-1:111122223333:ship',
    deadLetterArn: 'arn:aws:sqs:eu-west-1:111122223333:ship-dlq',
  });
  Template.fromStack(stack).hasResource('AWS::Events::Rule', {
    Properties: {
      Name: 'orders-1',
      EventBusName: 'orders',
      EventPattern: { source: ['shop'], 'detail-type': ['Ordered.v1'] },
      Targets: [
        {
          Id: 'target',
          Arn: 'arn:aws:sqs:eu-west-1:111122223333:ship',
          DeadLetterConfig: { Arn: 'arn:aws:sqs:eu-west-1:111122223333:ship-dlq' },
          RetryPolicy: { MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: 86_400 },
        },
      ],
    },
  });
});
