import { expect, it } from 'vitest';
import { readFacePolicy } from '../../../../services/images/gather-verdict/face-policy.ts';

it('wants exactly one face where nothing is set', () => {
  expect(readFacePolicy({})).toEqual({ least: 1, most: 1 });
});

it('reads what is set', () => {
  expect(readFacePolicy({ FACES_LEAST: '0', FACES_MOST: '12' })).toEqual({ least: 0, most: 12 });
});

it.each([
  [{ FACES_LEAST: 'one' }, 'FACES_LEAST is "one", but must be a whole number from 0 to 999'],
  [{ FACES_MOST: '1.5' }, 'FACES_MOST is "1.5"'],
  [{ FACES_MOST: '-1' }, 'FACES_MOST is "-1"'],
  [{ FACES_LEAST: '2' }, 'FACES_LEAST is 2 and FACES_MOST is 1: no picture can have both'],
])('refuses %o', (settings, message) => {
  expect(() => readFacePolicy(settings)).toThrow(message);
});
