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

it('takes the tokens of nobody while the context names no issuer', () => {
  expect(testStage().tokens).toEqual({
    issuer: 'https://issuer.fanbus.invalid',
    audience: 'fanbus',
    isPlaceholder: true,
  });
  expect(testStage({ issuer: 'https://id.example.com/pool', audience: 'app' }).tokens).toEqual({
    issuer: 'https://id.example.com/pool',
    audience: 'app',
    isPlaceholder: false,
  });
});

it.each([
  [{ issuer: 'http://id.example.com', audience: 'app' }, 'the issuer is "http://id.example.com"'],
  [{ issuer: 'https://id.example.com?a=b', audience: 'app' }, 'the issuer is "https://id.example.com?a=b"'],
  [{ audience: 'app' }, 'the issuer is undefined'],
  [{ issuer: 'https://id.example.com' }, 'the audience is undefined'],
  [{ corsOrigins: '*' }, 'corsOrigins has "*", which is no origin'],
  [{ corsOrigins: 'https://a.example/' }, 'corsOrigins has "https://a.example/"'],
  [{ corsOrigins: 7 }, 'corsOrigins has 7'],
])('refuses %j', (context, message) => {
  expect(() => testStage(context)).toThrow(SettingsError);
  expect(() => testStage(context)).toThrow(message);
});

it('takes origins from a list as from a text', () => {
  const corsOrigins = ['https://a.example', 'http://127.0.0.1:5173'];
  expect(testStage({ corsOrigins }).corsOrigins).toEqual(corsOrigins);
  expect(testStage({ corsOrigins: corsOrigins.join(', ') }).corsOrigins).toEqual(corsOrigins);
  expect(testStage().corsOrigins).toEqual([]);
});
