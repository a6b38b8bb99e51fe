import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { expect, it } from 'vitest';
import { RecordAnalyticsStack } from '../../../infra/stacks/record-analytics-stack.ts';
import { testStage } from '../fixture/test-stage.ts';

const deploy = (stage: string) =>
  Template.fromStack(new RecordAnalyticsStack(new App(), testStage({ stage })));
const dev = deploy('dev');

it.each([
  ['dev', dev, 37, 44],
  ['prd', deploy('prd'), 395, 760],
])(
  'keeps claims longer than the archive keeps events, and lines longer than claims: %s',
  (stage, template, claims, lines) => {
    expect(claims).toBeGreaterThan(testStage({ stage }).archiveDays + 7 + 14);
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ KEEP_CLAIMS_DAYS: String(claims) }) },
    });
    template.hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: { Rules: Match.arrayWith([Match.objectLike({ ExpirationInDays: lines })]) },
    });
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      KeySchema: [{ AttributeName: 'eventId', KeyType: 'HASH' }],
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    });
  },
);

it('tells nobody of its files, and publishes nothing', () => {
  dev.allResourcesProperties('AWS::S3::Bucket', { NotificationConfiguration: Match.absent() });
  expect(JSON.stringify(dev.findResources('AWS::IAM::Policy'))).not.toContain('events:');
});
