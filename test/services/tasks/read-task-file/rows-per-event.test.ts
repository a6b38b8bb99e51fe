import { expect, it } from 'vitest';
import { readRowsPerEvent } from '../../../../services/tasks/read-task-file/rows-per-event.ts';

it('reads a number, and nothing as no limit', () => {
  expect(readRowsPerEvent('25')).toBe(25);
  expect(readRowsPerEvent(undefined)).toBeUndefined();
});

it.each(['0', '-1', '1.5', 'many'])('refuses %s', (setting) => {
  expect(() => readRowsPerEvent(setting)).toThrow(
    `ROWS_PER_EVENT is "${setting}", but must be a whole number from 1`,
  );
});
