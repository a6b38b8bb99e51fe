import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AffixTree } from '../../../../tools/local/rule/affix-tree.ts';
import { FoundOrders } from '../../../../tools/local/rule/found-orders.ts';
import { RangeTable } from '../../../../tools/local/rule/range-table.ts';

const number = fc.oneof(
  fc.integer({ min: -20, max: 20 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, 5e-324, -5e-324, 1e-300, 1.7976931348623157e308, -1.7976931348623157e308, 2 ** 53),
);
const bound = fc.oneof({ weight: 6, arbitrary: number }, fc.constantFrom(-Infinity, Infinity));
const range = fc
  .record({ low: bound, includesLow: fc.boolean(), high: bound, includesHigh: fc.boolean() })
  .filter(({ low, high }) => low < high && (Number.isFinite(low) || Number.isFinite(high)));

describe('the tables of the rule index', () => {
  it('finds the ranges that a number lies in, wide or narrow, added or removed', () => {
    fc.assert(
      fc.property(fc.array(range), fc.array(fc.nat(20)), fc.array(number), (ranges, removed, numbers) => {
        const table = new RangeTable<number>();
        const kept = new Map<string, { range: (typeof ranges)[number]; value: number }>();
        const nameOf = (one: (typeof ranges)[number]) =>
          JSON.stringify({ ...one, low: one.low + 0, high: one.high + 0 });
        for (const [value, one] of ranges.entries()) {
          table.set(one, value);
          kept.set(nameOf(one), { range: one, value });
        }
        for (const index of removed) {
          const one = ranges[index];
          if (one === undefined) continue;
          table.delete(one);
          kept.delete(nameOf(one));
        }
        for (const at of [...numbers, ...ranges.flatMap(({ low, high }) => [low, high])].filter(
          Number.isFinite,
        )) {
          const found: number[] = [];
          table.visit(at, (value) => found.push(value));
          const expected = [...kept.values()].filter(
            ({ range: { low, includesLow, high, includesHigh } }) => {
              return (includesLow ? at >= low : at > low) && (includesHigh ? at <= high : at < high);
            },
          );
          expect(found.sort()).toEqual(expected.map(({ value }) => value).sort());
        }
        expect(table.isEmpty).toBe(kept.size === 0);
      }),
      { numRuns: 500 },
    );
  });

  it.each(['prefix', 'suffix'] as const)('finds each %s of a text, added or removed', (kind) => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '日'), maxLength: 6 });
    fc.assert(
      fc.property(fc.array(text), fc.array(text), fc.array(text), (added, removed, texts) => {
        const tree = new AffixTree<string>(kind);
        for (const affix of added) tree.set(affix, affix);
        for (const affix of removed) tree.delete(affix);
        const kept = [...new Set(added)].filter((affix) => !removed.includes(affix));
        for (const one of texts) {
          const found: string[] = [];
          tree.visit(one, (affix) => found.push(affix));
          const has = (affix: string) => (kind === 'prefix' ? one.startsWith(affix) : one.endsWith(affix));
          expect(found.sort()).toEqual(kept.filter(has).sort());
        }
        expect(added.filter((affix) => tree.get(affix) !== undefined).sort()).toEqual(
          added.filter((affix) => kept.includes(affix)).sort(),
        );
        expect(tree.isEmpty).toBe(kept.length === 0);
      }),
      { numRuns: 500 },
    );
  });

  it('gives numbers back once and in order, few or many', () => {
    const found = new FoundOrders();
    const items = Array.from({ length: 5000 }, (_, order) => order);
    fc.assert(
      fc.property(fc.array(fc.nat(4999), { maxLength: 60 }), fc.array(fc.nat(4999)), (orders, together) => {
        const bits = new Int32Array(200);
        for (const order of together) bits[order >>> 5] = (bits[order >>> 5] ?? 0) | (1 << (order & 31));
        for (const order of orders) found.add(order);
        if (together.length > 0) found.addAll(bits);
        const expected = [...new Set([...orders, ...together])].sort((a, b) => a - b);
        expect(found.take(items)).toEqual(expected);
      }),
    );
  });
});
