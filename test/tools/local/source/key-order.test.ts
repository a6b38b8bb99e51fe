import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareKeys } from '../../../../tools/local/source/key-order.ts';

it('orders any two keys as their UTF-8 bytes are', () => {
  const key = fc.string({ unit: 'grapheme', maxLength: 8 });
  fc.assert(
    fc.property(key, key, (a, b) => {
      expect(Math.sign(compareKeys(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
    { numRuns: 1_000 },
  );
});
