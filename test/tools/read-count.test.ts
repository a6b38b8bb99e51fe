import { expect, it } from 'vitest';
import { readCount } from '../../tools/read-count.ts';

it('takes whole numbers within the limits, the limits too', () => {
  expect(readCount('depth', '0', { of: 'generations' })).toBe(0);
  expect(readCount('limit', '1', { least: 1, most: 100, of: 'messages' })).toBe(1);
  expect(readCount('limit', '100', { least: 1, most: 100, of: 'messages' })).toBe(100);
});

it.each(['0', '101', '1.5', '1e1', '-1', ' 1', 'all'])('refuses %j, and says what is allowed', (text) => {
  expect(() => readCount('limit', text, { least: 1, most: 100, of: 'messages' })).toThrow(
    `--limit ${text} is no number of messages: give 1 to 100.`,
  );
});
