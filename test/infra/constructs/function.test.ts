import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { expect, it } from 'vitest';
import { BundledFunction } from '../../../infra/constructs/function.ts';
import { subscriptionDefaults } from '../../../services/runtime/subscription.ts';
import { testStage } from '../fixture/test-stage.ts';

const stack = new Stack();
const shared = {
  description: 'Answers',
  entry: new URL('../fixture/hear-completions/handler.ts', import.meta.url),
  ...subscriptionDefaults,
  memoryMb: 128,
  timeoutSeconds: 10,
  environment: { GREETING: 'hello' },
  stage: testStage(),
};
new BundledFunction(stack, 'Plain', { ...shared, name: 'plain', hearsItself: false });
const granted = new BundledFunction(stack, 'Loop', { ...shared, name: 'loop', hearsItself: true });
granted.allow(['dynamodb:GetItem'], 'arn:aws:dynamodb:eu-west-1:111122223333:table/one');
const template = Template.fromStack(stack);

it('runs on Node 24 on arm64 within its limits', () => {
  template.hasResourceProperties('AWS::Lambda::Function', {
    FunctionName: 'plain',
    Runtime: 'nodejs24.x',
    Architectures: ['arm64'],
    Handler: 'index.handler',
    MemorySize: 128,
    Timeout: 10,
    Environment: { Variables: { GREETING: 'hello' } },
  });
});

it('logs JSON to a group of its own that forgets', () => {
  template.hasResourceProperties('AWS::Lambda::Function', {
    FunctionName: 'plain',
    LoggingConfig: {
      LogFormat: 'JSON',
      ApplicationLogLevel: 'INFO',
      SystemLogLevel: 'WARN',
      LogGroup: Match.anyValue(),
    },
  });
  template.hasResourceProperties('AWS::Logs::LogGroup', {
    LogGroupName: '/aws/lambda/plain',
    RetentionInDays: 7,
  });
});

it('may write its own log and what was granted, and no managed policy says otherwise', () => {
  const policies = Object.values(template.findResources('AWS::IAM::Policy'));
  expect(policies.map(({ Properties }) => Properties.PolicyDocument.Statement)).toEqual([
    [ownLog('Plain')],
    [
      ownLog('Loop'),
      {
        Effect: 'Allow',
        Action: 'dynamodb:GetItem',
        Resource: 'arn:aws:dynamodb:eu-west-1:111122223333:table/one',
      },
    ],
  ]);
  template.allResourcesProperties('AWS::IAM::Role', { ManagedPolicyArns: Match.absent() });
});

it('lets a loop run only where it is meant', () => {
  template.hasResourceProperties('AWS::Lambda::Function', { FunctionName: 'loop', RecursiveLoop: 'Allow' });
  template.hasResourceProperties('AWS::Lambda::Function', {
    FunctionName: 'plain',
    RecursiveLoop: Match.absent(),
  });
});

function ownLog(id: string) {
  return {
    Effect: 'Allow',
    Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    Resource: { 'Fn::GetAtt': [expect.stringMatching(`^${id}Logs`), 'Arn'] },
  };
}
