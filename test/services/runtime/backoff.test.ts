import { expect, it } from 'vitest';
import { backoffSeconds } from '../../../services/runtime/backoff.ts';

it('doubles with each receive up to 15 minutes', () => {
  expect([1, 2, 3, 4, 5, 9, 10, 2_000].map((n) => backoffSeconds(n, 0))).toEqual([
    2, 4, 8, 16, 32, 512, 900, 900,
  ]);
});

it('gives up to half of it to chance, and never nothing', () => {
  expect(backoffSeconds(5, 0.999)).toBe(16);
  expect(backoffSeconds(1, 0.999)).toBe(1);
});
