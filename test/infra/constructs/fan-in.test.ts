import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { it } from 'vitest';
import { FanIn } from '../../../infra/constructs/fan-in.ts';
import { testStage } from '../fixture/test-stage.ts';

const stack = new Stack();
new FanIn(stack, 'FanIn', { tableName: 'jobs', stage: testStage({ stage: 'prd' }) });
const template = Template.fromStack(stack);

it('is a table by job and part, paid by the request', () => {
  template.hasResourceProperties('AWS::DynamoDB::Table', {
    TableName: 'jobs',
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
  });
});

it('can be restored, and in prd neither a deletion nor a deleted stack takes it away', () => {
  template.hasResource('AWS::DynamoDB::Table', {
    DeletionPolicy: 'Retain',
    Properties: {
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 35 },
    },
  });
});

it('has the index by which a domain finds its jobs, and none unasked', () => {
  const indexed = new Stack();
  const index = { name: 'by-owner', partitionKey: 'owner', sortKey: 'createdAt' };
  new FanIn(indexed, 'FanIn', { tableName: 'jobs', index, stage: testStage() });
  Template.fromStack(indexed).hasResourceProperties('AWS::DynamoDB::Table', {
    GlobalSecondaryIndexes: [
      {
        IndexName: 'by-owner',
        KeySchema: [
          { AttributeName: 'owner', KeyType: 'HASH' },
          { AttributeName: 'createdAt', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
  });
  template.hasResourceProperties('AWS::DynamoDB::Table', { GlobalSecondaryIndexes: Match.absent() });
});
