import { expect, it } from 'vitest';
import { nextTraceparent } from '../../../services/runtime/traceparent.ts';

it('keeps trace and flags and takes a new span', () => {
  const next = nextTraceparent('00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00');
  expect(next).toMatch(/^00-4bf92f3577b34da6a3ce929d0e0e4736-[0-9a-f]{16}-00$/);
  expect(next).not.toContain('00f067aa0ba902b7');
});

it.each([undefined, '', 'nonsense', '00-XYZ-00f067aa0ba902b7-01'])('begins a trace after %o', (parent) => {
  expect(nextTraceparent(parent)).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
});
