import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../../../tools/local/rule/compile-pattern.ts';
import { readFields } from '../../../../tools/local/rule/event-fields.ts';
import { matchesPattern } from '../../../../tools/local/rule/match-pattern.ts';
import { parseEvent } from '../../../../tools/local/rule/parse-event.ts';
import { createDraw, createRandom, randomEvent, randomPattern } from './random-cases.ts';

type Json = Readonly<Record<string, unknown>>;

const draw = fc.integer().map((seed) => createDraw(createRandom(seed)));
const patternAndEvent = draw.map((one) => ({ pattern: randomPattern(one), event: randomEvent(one) }));
const matchesText = (pattern: string, event: string) =>
  matchesPattern(compilePattern(pattern), readFields(parseEvent(event)));
const matches = (pattern: unknown, event: unknown) =>
  matchesText(JSON.stringify(pattern), JSON.stringify(event));
const leaf = fc.oneof(
  fc.constantFrom('a', 'b', 'ab', ''),
  fc.integer({ min: -2, max: 2 }),
  fc.boolean(),
  fc.constant(null),
);
const value = fc.oneof(leaf, fc.array(leaf, { maxLength: 3 }));
const event = fc.record(
  {
    a: value,
    b: value,
    c: fc.array(fc.record({ x: leaf, y: leaf }, { requiredKeys: [] }), { maxLength: 3 }),
  },
  { requiredKeys: [] },
);
const text = fc.constantFrom('a', 'b', 'ab');
const test = fc.oneof(
  leaf,
  fc.record({ prefix: text }),
  fc.record({ 'anything-but': text }),
  fc.record({ exists: fc.boolean() }),
  fc.record({ numeric: fc.tuple(fc.constantFrom('<', '>=', '='), fc.integer({ min: -2, max: 2 })) }),
);
const tests = fc.array(test, { minLength: 1, maxLength: 3 });
const plain = fc
  .record({ a: tests, b: tests, c: fc.record({ x: tests, y: tests }) }, { requiredKeys: [] })
  .filter((one) => Object.keys(one).length > 0);

describe('the laws of event patterns', () => {
  it('adding a field that the pattern does not name changes nothing', () => {
    fc.assert(
      fc.property(patternAndEvent, fc.json(), (one, more) => {
        const longer = `{"unrelated":${more},${one.event.trimStart().slice(1)}`;
        expect(matchesText(one.pattern, longer)).toBe(matchesText(one.pattern, one.event));
      }),
      { numRuns: 1000 },
    );
  });

  it('the order of keys in the event does not matter', () => {
    fc.assert(
      fc.property(plain, event, (pattern, one) => {
        expect(matches(pattern, reversed(one))).toBe(matches(pattern, one));
      }),
      { numRuns: 1000 },
    );
  });

  it('the order of keys in the pattern does not matter, nor does the order of the values in its lists', () => {
    fc.assert(
      fc.property(plain, event, (pattern, one) => {
        const turned = JSON.parse(JSON.stringify(reversed(pattern)), (_key, part: unknown) =>
          Array.isArray(part) && !isRange(part) ? part.toReversed() : part,
        );
        expect(matches(turned, one)).toBe(matches(pattern, one));
      }),
      { numRuns: 1000 },
    );
  });

  it('white space and escapes do not matter', () => {
    const spelled = (part: unknown) =>
      JSON.stringify(part, null, 2).replaceAll(/"(?:a|ab)"/g, (text) => text.replace('a', '\\u0061'));
    fc.assert(
      fc.property(plain, event, (pattern, one) => {
        expect(matchesText(spelled(pattern), spelled(one))).toBe(matches(pattern, one));
      }),
    );
  });

  it('$or matches what either side matches', () => {
    fc.assert(
      fc.property(plain, plain, plain, event, (left, right, third, one) => {
        expect(matches({ $or: [left, right, third] }, one)).toBe(
          [left, right, third].some((side) => matches(side, one)),
        );
      }),
      { numRuns: 1000 },
    );
  });

  it('a list matches what any of its values matches, where the field is there or not', () => {
    fc.assert(
      fc.property(tests, event, (list, one) => {
        expect(matches({ a: list }, one)).toBe(list.some((single) => matches({ a: [single] }, one)));
      }),
      { numRuns: 1000 },
    );
  });

  it('fields outside arrays of objects are met each on their own', () => {
    fc.assert(
      fc.property(tests, tests, event, (a, b, one) => {
        expect(matches({ a, b }, one)).toBe(matches({ a }, one) && matches({ b }, one));
      }),
      { numRuns: 1000 },
    );
  });

  it('fields of an array of objects are met within one element', () => {
    const present = fc.array(fc.oneof(text, fc.integer({ min: 0, max: 2 })), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(present, present, event, (x, y, one) => {
        expect(matches({ c: { x, y } }, one)).toBe(
          (one.c ?? []).some((element) => matches({ c: { x, y } }, { c: element })),
        );
      }),
      { numRuns: 1000 },
    );
  });

  it('a key with a dot is the same as a key within a key, on both sides', () => {
    fc.assert(
      fc.property(tests, fc.option(value, { nil: undefined }), (list, found) => {
        const events = found === undefined ? [{ n: {} }, {}] : [{ n: { m: found } }, { 'n.m': found }];
        const answers = events.flatMap((one) => [
          matches({ n: { m: list } }, one),
          matches({ 'n.m': list }, one),
        ]);
        expect(new Set(answers).size).toBe(1);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['a value', (one: unknown) => [one, { 'anything-but': one }]],
    ['a prefix', (one: unknown) => [{ prefix: one }, { 'anything-but': { prefix: one } }]],
    ['a suffix', (one: unknown) => [{ suffix: one }, { 'anything-but': { suffix: one } }]],
    [
      'a text in any case',
      (one: unknown) => [{ 'equals-ignore-case': one }, { 'anything-but': { 'equals-ignore-case': one } }],
    ],
    ['a wildcard', (one: unknown) => [{ wildcard: one }, { 'anything-but': { wildcard: one } }]],
  ])('every leaf is %s or anything but it, never both', (_kind, pair) => {
    fc.assert(
      fc.property(text, leaf, (operand, found) => {
        const answers = pair(operand).map((side) => matches({ a: [side] }, { a: found }));
        expect(answers.filter((answer) => answer)).toHaveLength(1);
      }),
    );
  });

  it('anything but a list is anything but each of its values', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 3 }), leaf, (list, found) => {
        expect(matches({ a: [{ 'anything-but': list }] }, { a: found })).toBe(
          list.every((one) => matches({ a: [{ 'anything-but': one }] }, { a: found })),
        );
      }),
    );
  });

  it('a number is below, equal to or above every bound, and only one of them', () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(number, fc.oneof(number, fc.integer({ min: -3, max: 3 })), (bound, found) => {
        const answers = ['<', '=', '>'].map((comparison) =>
          matches({ a: [{ numeric: [comparison, bound] }] }, { a: found }),
        );
        expect(answers.filter((answer) => answer)).toHaveLength(1);
      }),
    );
  });

  it('whole numbers are told apart up to 2^53, however they are written', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.constantFrom('', '.0', 'e0', '.00E+0'), (number, ending) => {
        const spelled = `{"a":${number}${ending}}`;
        expect(matchesText(`{"a":[${number}]}`, spelled)).toBe(true);
        expect(matchesText(`{"a":[${number + 1},${number - 1}]}`, spelled)).toBe(false);
        expect(matchesText(`{"a":[{"numeric":["<",${number}]},{"numeric":[">",${number}]}]}`, spelled)).toBe(
          false,
        );
      }),
      { numRuns: 1000 },
    );
  });

  it('every address is in every network of its own first bits', () => {
    const group = fc.integer({ min: 0, max: 0xffff }).map((bits) => bits.toString(16));
    const v4 = fc.ipV4().map((address) => ({ address, most: 31 }));
    const v6 = fc
      .array(group, { minLength: 8, maxLength: 8 })
      .map((groups) => ({ address: groups.join(':'), most: 127 }));
    fc.assert(
      fc.property(fc.oneof(v4, v6), fc.nat(), ({ address, most }, mask) => {
        expect(matches({ a: [{ cidr: `${address}/${mask % (most + 1)}` }] }, { a: address })).toBe(true);
        expect(matches({ a: [address] }, { a: address })).toBe(true);
      }),
    );
  });
});

/** The same object with its keys the other way round, at every depth. */
function reversed(object: Json): Json {
  const entries = Object.entries(object).map(([key, part]): [string, unknown] => [key, reversedPart(part)]);
  return Object.fromEntries(entries.toReversed());
}

function reversedPart(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(reversedPart);
  return typeof part === 'object' && part !== null ? reversed(part as Json) : part;
}

function isRange(list: readonly unknown[]): boolean {
  return typeof list[0] === 'string' && /^[<>=]/.test(list[0]);
}
