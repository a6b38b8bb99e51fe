import { expect, it } from 'vitest';
import { uuidv7 } from '../../../services/runtime/uuidv7.ts';

it('is a version 7 that carries its moment', () => {
  const nowMs = Date.UTC(2026, 10, 21);
  const id = uuidv7(nowMs);
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)).toBe(nowMs);
});

it('sorts by time', () => {
  const moments = [5, 1_000, 1_700_000_000_000, 1_700_000_000_001];
  const ids = moments.map(uuidv7);
  expect([...ids].sort()).toEqual(ids);
});

it('is another one in the same millisecond', () => {
  expect(new Set(Array.from({ length: 1_000 }, () => uuidv7(5))).size).toBe(1_000);
});
