import { expect, it } from 'vitest';
import { type Overrides, readOverrides, refuseUnknownConsumers } from '../../infra/overrides.ts';
import { SettingsError } from '../../infra/settings-error.ts';

const overrides: Overrides = {
  'read-task-file': {
    timeoutSeconds: 3,
    memoryMb: 256,
    architecture: 'x86_64',
    environment: { ROWS_PER_EVENT: '1' },
  },
};

it('takes an object or its JSON text, as the command line gives it', () => {
  expect(readOverrides(overrides)).toEqual(overrides);
  expect(readOverrides(JSON.stringify(overrides))).toEqual(overrides);
  expect(readOverrides(undefined)).toEqual({});
});

it.each([
  ['{', 'overrides are not JSON: {.'],
  [[], 'overrides are [], and must be an object of consumers.'],
  [{ a: 1 }, 'overrides for a are 1, and must be an object.'],
  [
    { a: { timeout: 3 } },
    'overrides have no a.timeout. An override may set timeoutSeconds, memoryMb, architecture and environment.',
  ],
  [
    { a: { timeoutSeconds: 0 } },
    'overrides for a.timeoutSeconds are 0, and must be a whole number from 1 to 900.',
  ],
  [
    { a: { timeoutSeconds: '3' } },
    'overrides for a.timeoutSeconds are "3", and must be a whole number from 1 to 900.',
  ],
  [{ a: { memoryMb: 64 } }, 'overrides for a.memoryMb are 64, and must be a whole number from 128 to 10240.'],
  [{ a: { architecture: 'x64' } }, 'overrides for a.architecture are "x64", and must be arm64 or x86_64.'],
  [{ a: { environment: 'X=1' } }, 'overrides for a.environment are "X=1", and must be an object of strings.'],
  [{ a: { environment: { X: 1 } } }, 'overrides for a.environment.X are 1, and must be a string.'],
])('refuses %j', (given, message) => {
  expect(() => readOverrides(given)).toThrow(SettingsError);
  expect(() => readOverrides(given)).toThrow(message);
});

it('refuses a consumer that no stack deploys', () => {
  expect(() => refuseUnknownConsumers(overrides, ['create-tasks', 'complete-task-file'])).toThrow(
    'overrides name "read-task-file", which no stack deploys. The consumers are create-tasks, complete-task-file.',
  );
});
