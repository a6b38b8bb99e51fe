import { expect, expectTypeOf, it } from 'vitest';
import { readEnvironment } from '../../../services/runtime/environment.ts';

const from = {
  STAGE: 'dev',
  CONSUMER: 'create-tasks',
  BUS_NAME: 'fanbus-dev',
  QUEUE_URL: 'http://127.0.0.1/q',
  DEAD_LETTER_QUEUE_URL: 'http://127.0.0.1/dlq',
  MAX_RECEIVES: '5',
};

it('gives what every consumer is told and what its own stack adds, and nothing else', () => {
  const environment = readEnvironment({
    required: ['TASKS_TABLE'],
    optional: ['ROWS_PER_EVENT', 'NOT_SET'],
    from: { ...from, TASKS_TABLE: 'tasks', ROWS_PER_EVENT: '1', HOME: '/root' },
  });
  expect(environment).toEqual({ ...from, MAX_RECEIVES: 5, TASKS_TABLE: 'tasks', ROWS_PER_EVENT: '1' });
  expectTypeOf(environment.TASKS_TABLE).toEqualTypeOf<string>();
  expectTypeOf(environment.ROWS_PER_EVENT).toEqualTypeOf<string | undefined>();
  expectTypeOf(environment.MAX_RECEIVES).toEqualTypeOf<number>();
});

it('refuses to start and lists everything that is missing or empty', () => {
  expect(() =>
    readEnvironment({ required: ['TASKS_TABLE'], from: { ...from, BUS_NAME: '', STAGE: undefined } }),
  ).toThrow('the environment lacks STAGE, BUS_NAME, TASKS_TABLE');
});

it.each(['0', '1.5', 'five'])('refuses MAX_RECEIVES=%s', (text) => {
  expect(() => readEnvironment({ from: { ...from, MAX_RECEIVES: text } })).toThrow(
    `MAX_RECEIVES is "${text}"`,
  );
});
