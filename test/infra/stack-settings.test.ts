import { App, Stack } from 'aws-cdk-lib';
import { expect, it } from 'vitest';
import { stackSettings } from '../../infra/stack-settings.ts';
import { testStage } from './fixture/test-stage.ts';

const stackIn = (stage: string) =>
  new Stack(new App(), 'orders', stackSettings(testStage({ stage }), 'orders', 'Orders of the shop.'));

it('names, describes and tags a stack by its stage', () => {
  const stack = stackIn('qat');
  expect(stack.stackName).toBe('fanbus-qat-orders');
  expect(stack.tags.tagValues()).toEqual({ project: 'fanbus', stage: 'qat' });
  expect(stack.templateOptions.description).toBe('Orders of the shop.');
});

it('protects a stack from deletion in prd only', () => {
  expect(stackIn('prd').terminationProtection).toBe(true);
  expect(stackIn('dev').terminationProtection).toBe(false);
});
