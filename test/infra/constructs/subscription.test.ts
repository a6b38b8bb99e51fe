import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { Subscription, type SubscriptionProps } from '../../../infra/constructs/subscription.ts';
import { subscription } from '../fixture/hear-completions/subscription.ts';
import { testStage } from '../fixture/test-stage.ts';

const entry = new URL('../fixture/hear-completions/handler.ts', import.meta.url);

describe('a subscription with two interests', () => {
  const template = deploy({ environment: { TABLE: 'tasks' } });
  const deadLetters = { 'Fn::GetAtt': [queueId(template, 'fanbus-dev-hear-completions-dlq'), 'Arn'] };
  const messages = { 'Fn::GetAtt': [queueId(template, 'fanbus-dev-hear-completions'), 'Arn'] };

  it('is a numbered rule for each, both to the one queue', () => {
    for (const [n, pattern] of [
      {
        source: ['fanbus.tasks'],
        'detail-type': ['TaskFileCompleted.v1'],
        detail: { data: { failed: [{ numeric: ['>', 0] }] } },
      },
      { source: ['fanbus.tasks'], 'detail-type': ['TaskFileFailed.v1'] },
    ].entries()) {
      template.hasResourceProperties('AWS::Events::Rule', {
        Name: `fanbus-dev-hear-completions-${n + 1}`,
        EventBusName: 'fanbus-dev',
        EventPattern: pattern,
        Targets: [Match.objectLike({ Arn: messages })],
      });
    }
    template.resourceCountIs('AWS::Events::Rule', 2);
  });

  it('opens three doors into one dead-letter queue: the rule, the redrive, the parking function', () => {
    template.allResourcesProperties('AWS::Events::Rule', {
      Targets: [Match.objectLike({ DeadLetterConfig: { Arn: deadLetters } })],
    });
    template.hasResourceProperties('AWS::SQS::Queue', {
      QueueName: 'fanbus-dev-hear-completions',
      RedrivePolicy: { deadLetterTargetArn: deadLetters, maxReceiveCount: 6 },
    });
    expect(grants(template)).toContainEqual({
      Effect: 'Allow',
      Action: 'sqs:SendMessage',
      Resource: deadLetters,
    });
  });

  it('hides a message for six times the timeout and the window', () => {
    template.hasResourceProperties('AWS::SQS::Queue', {
      QueueName: 'fanbus-dev-hear-completions',
      VisibilityTimeout: 6 * 10 + 5,
    });
  });

  it('feeds the function in batches that may fail in part', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: messages,
      BatchSize: 20,
      MaximumBatchingWindowInSeconds: 5,
      ScalingConfig: { MaximumConcurrency: 7 },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });

  it('waits with its rules for the policies that let them in', () => {
    const policies = Object.keys(template.findResources('AWS::SQS::QueuePolicy'));
    expect(policies).toHaveLength(2);
    template.allResources('AWS::Events::Rule', { DependsOn: Match.arrayWith(policies.sort()) });
  });

  it('tells the function who it is and where its queues are', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: 'fanbus-dev-hear-completions',
      MemorySize: 128,
      Timeout: 10,
      Environment: {
        Variables: {
          BUS_NAME: 'fanbus-dev',
          CONSUMER: 'hear-completions',
          STAGE: 'dev',
          QUEUE_URL: { Ref: queueId(template, 'fanbus-dev-hear-completions') },
          DEAD_LETTER_QUEUE_URL: { Ref: queueId(template, 'fanbus-dev-hear-completions-dlq') },
          MAX_RECEIVES: '6',
          TABLE: 'tasks',
        },
      },
    });
  });

  it('may publish what it declares, and under no other type or source', () => {
    expect(grants(template)).toContainEqual({
      Effect: 'Allow',
      Action: 'events:PutEvents',
      Resource: expect.anything(),
      Condition: {
        'ForAllValues:StringEquals': { 'events:source': ['fanbus.tasks'] },
        StringEquals: { 'events:detail-type': ['TaskFileReadPaused.v1'] },
      },
    });
  });
});

it('may not publish when it declares nothing', () => {
  const template = deploy({ subscription: { ...subscription, emits: [] } });
  expect(JSON.stringify(grants(template))).not.toContain('events:');
});

it('lets a consumer hear itself only when it emits what it consumes', () => {
  deploy({ subscription: { ...subscription, emits: ['TaskFileFailed.v1'] } }).hasResourceProperties(
    'AWS::Lambda::Function',
    { RecursiveLoop: 'Allow' },
  );
  deploy({}).hasResourceProperties('AWS::Lambda::Function', { RecursiveLoop: Match.absent() });
});

it('hears every event of ours by one rule on their source, and then itself if it says anything', () => {
  const everything = { ...subscription, consumes: [{ event: 'fanbus.*' }] };
  const template = deploy({ subscription: everything });
  template.hasResourceProperties('AWS::Events::Rule', {
    EventPattern: { source: [{ prefix: 'fanbus.' }], 'detail-type': Match.absent(), detail: Match.absent() },
  });
  template.hasResourceProperties('AWS::Lambda::Function', { RecursiveLoop: 'Allow' });
  deploy({ subscription: { ...everything, emits: [] } }).hasResourceProperties('AWS::Lambda::Function', {
    RecursiveLoop: Match.absent(),
  });
});

it('hears of objects in its bucket only', () => {
  const detail = { object: { key: [{ prefix: 'in/' }] } };
  const objects = { ...subscription, consumes: [{ event: 'aws.s3/Object Created', detail }] };
  deploy({ subscription: objects, bucketName: 'inbox' }).hasResourceProperties('AWS::Events::Rule', {
    EventPattern: {
      source: ['aws.s3'],
      'detail-type': ['Object Created'],
      detail: { ...detail, bucket: { name: ['inbox'] } },
    },
  });
  expect(() => deploy({ subscription: objects })).toThrow(
    '"aws.s3/Object Created" is about one bucket: give the Subscription its bucketName.',
  );
});

it('follows the overrides of its stage', () => {
  const overrides = {
    'hear-completions': {
      timeoutSeconds: 3,
      memoryMb: 256,
      architecture: 'x86_64',
      environment: { PACE: '1' },
    },
  };
  const template = deploy({ stage: testStage({ overrides }), settings: ['PACE'] });
  template.hasResourceProperties('AWS::Lambda::Function', {
    Timeout: 3,
    MemorySize: 256,
    Architectures: ['x86_64'],
    Environment: { Variables: Match.objectLike({ PACE: '1' }) },
  });
  template.hasResourceProperties('AWS::SQS::Queue', { VisibilityTimeout: 6 * 3 + 5 });
});

it('gives the queue and the function what the subscription says of them', () => {
  const template = deploy({
    subscription: { ...subscription, queue: { delaySeconds: 90 }, function: { architecture: 'x86_64' } },
  });
  template.hasResourceProperties('AWS::SQS::Queue', {
    QueueName: 'fanbus-dev-hear-completions',
    DelaySeconds: 90,
  });
  template.hasResourceProperties('AWS::SQS::Queue', {
    QueueName: 'fanbus-dev-hear-completions-dlq',
    DelaySeconds: Match.absent(),
  });
  template.hasResourceProperties('AWS::Lambda::Function', { Architectures: ['x86_64'] });
});

it('refuses an override of an environment it does not have', () => {
  const stage = testStage({ overrides: { 'hear-completions': { environment: { PAEC: '1' } } } });
  expect(() => deploy({ stage, settings: ['PACE'] })).toThrow(
    'overrides for hear-completions.environment name PAEC; hear-completions has PACE.',
  );
});

it('refuses an interest without a schema', () => {
  expect(() =>
    deploy({ subscription: { ...subscription, consumes: [{ event: 'shop/Ordered.v1' }] } }),
  ).toThrow('no schema for event "shop/Ordered.v1"');
});

function deploy(props: Partial<SubscriptionProps>): Template {
  const stack = new Stack();
  new Subscription(stack, 'Subscription', { subscription, entry, stage: testStage(), ...props });
  return Template.fromStack(stack);
}

function queueId(template: Template, QueueName: string): string {
  const [id] = Object.keys(template.findResources('AWS::SQS::Queue', { Properties: { QueueName } }));
  if (id === undefined) throw new Error(`the template has no queue ${QueueName}`);
  return id;
}

function grants(template: Template): readonly unknown[] {
  return Object.values(template.findResources('AWS::IAM::Policy')).flatMap(
    ({ Properties }) => Properties.PolicyDocument.Statement,
  );
}
