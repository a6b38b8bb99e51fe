import { RemovalPolicy } from 'aws-cdk-lib';
import { expect, it } from 'vitest';
import { SettingsError } from '../../infra/settings-error.ts';
import { testStage } from './fixture/test-stage.ts';

it('is dev when the context names no stage', () => {
  expect(testStage().name).toBe('dev');
});

it('protects and keeps data in prd, and lets go of it in dev', () => {
  expect(testStage({ stage: 'prd' })).toMatchObject({
    removalPolicy: RemovalPolicy.RETAIN,
    deletionProtection: true,
  });
  expect(testStage({ stage: 'dev' })).toMatchObject({
    removalPolicy: RemovalPolicy.DESTROY,
    deletionProtection: false,
  });
});

it.each(['prod', '', 'constructor', 'DEV'])('refuses the stage "%s" and names the allowed ones', (stage) => {
  expect(() => testStage({ stage })).toThrow(
    new SettingsError(`no stage "${stage}": the stages are dev, qat, prd. Name one with -c stage=dev.`),
  );
});
