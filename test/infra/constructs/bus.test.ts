import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { expect, it } from 'vitest';
import { Bus } from '../../../infra/constructs/bus.ts';

const stack = new Stack();
new Bus(stack, 'Bus', { name: 'orders', archiveName: 'orders-archive', archiveDays: 30 });
const template = Template.fromStack(stack);

it('is a custom bus of that name', () => {
  template.hasResourceProperties('AWS::Events::EventBus', { Name: 'orders' });
});

it('archives every event for that long', () => {
  const [archive] = Object.values(template.findResources('AWS::Events::Archive'));
  expect(archive?.Properties).toEqual({
    ArchiveName: 'orders-archive',
    RetentionDays: 30,
    SourceArn: { 'Fn::GetAtt': [expect.stringMatching(/^Bus/), 'Arn'] },
  });
});
