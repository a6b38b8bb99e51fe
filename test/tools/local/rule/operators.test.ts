import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../../../tools/local/rule/compile-pattern.ts';
import { readFields } from '../../../../tools/local/rule/event-fields.ts';
import { explainMismatch } from '../../../../tools/local/rule/explain-mismatch.ts';
import { matchesPattern } from '../../../../tools/local/rule/match-pattern.ts';
import { parseEvent } from '../../../../tools/local/rule/parse-event.ts';

const matches = (pattern: unknown, event: unknown) =>
  matchesPattern(compilePattern(JSON.stringify(pattern)), readFields(parseEvent(JSON.stringify(event))));
const text = fc.string({ unit: 'binary', maxLength: 12 });
const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const leaf = fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null));

describe('the operators', () => {
  it('anything-but is the complement of the exact value where there is a leaf', () => {
    fc.assert(
      fc.property(fc.oneof(text, fc.integer()), leaf, (value, found) => {
        expect(matches({ a: [{ 'anything-but': value }] }, { a: found })).toBe(
          !matches({ a: [value] }, { a: found }),
        );
      }),
    );
  });

  it.each(['suffix', 'equals-ignore-case', 'wildcard', 'prefix'])(
    'anything-but %s is the complement of the operator where there is a leaf',
    (operator) => {
      const operand = fc.constantFrom('a', 'A', 'ab', 'b');
      fc.assert(
        fc.property(operand, fc.oneof(leaf, operand), (value, found) => {
          const plain = { a: [{ [operator]: value }] };
          const negated = { a: [{ 'anything-but': { [operator]: value } }] };
          expect(matches(negated, { a: found })).toBe(!matches(plain, { a: found }));
        }),
      );
    },
  );

  it('exists false is the complement of exists true', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (found) => {
        expect(matches({ a: [{ exists: false }] }, { a: found })).toBe(
          !matches({ a: [{ exists: true }] }, { a: found }),
        );
      }),
    );
  });

  it('numeric compares as numbers do, however they are written', () => {
    fc.assert(
      fc.property(finite, finite, (bound, found) => {
        expect(matches({ a: [{ numeric: ['<', bound] }] }, { a: found })).toBe(found < bound);
        expect(matches({ a: [{ numeric: ['>=', bound] }] }, { a: found })).toBe(found >= bound);
        expect(matches({ a: [found] }, { a: found })).toBe(true);
      }),
    );
  });

  it('wildcard matches what the same expression matches', () => {
    const glob = fc
      .array(fc.constantFrom('a', 'b', '*'), { maxLength: 6 })
      .map((parts) => parts.join('').replace(/\*+/g, '*'));
    const subject = fc.array(fc.constantFrom('a', 'b'), { maxLength: 8 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(glob, subject, (wildcard, found) => {
        const expression = new RegExp(`^${wildcard.replaceAll('*', '.*')}$`);
        expect(matches({ a: [{ wildcard }] }, { a: found })).toBe(expression.test(found));
      }),
      { numRuns: 2000 },
    );
  });

  it('cidr agrees with arithmetic on the address', () => {
    const byte = fc.integer({ min: 0, max: 255 });
    const address = fc.tuple(byte, byte, byte, byte);
    fc.assert(
      fc.property(address, address, fc.integer({ min: 0, max: 31 }), (network, found, bits) => {
        const first = (parts: number[]) =>
          parts
            .map((part) => part.toString(2).padStart(8, '0'))
            .join('')
            .slice(0, bits);
        const pattern = { a: [{ cidr: `${network.join('.')}/${bits}` }] };
        expect(matches(pattern, { a: found.join('.') })).toBe(first(network) === first(found));
      }),
    );
  });

  it('a mismatch is explained exactly when there is one', () => {
    const field = fc.array(fc.oneof(leaf, fc.constant({ exists: false })), { minLength: 1, maxLength: 2 });
    const pattern = fc.record({ 'e.x': field, 'e.y': field });
    const event = fc.record({
      e: fc.array(fc.record({ x: leaf, y: leaf }, { requiredKeys: [] }), { maxLength: 3 }),
    });
    fc.assert(
      fc.property(pattern, event, (asked, found) => {
        const compiled = compilePattern(JSON.stringify(asked));
        const fields = readFields(found);
        expect(explainMismatch(compiled, fields) === undefined).toBe(matchesPattern(compiled, fields));
      }),
    );
  });
});

describe('the pattern compiler', () => {
  it('refuses or compiles any JSON, and fails in no other way', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), (anything) => {
        try {
          compilePattern(anything);
        } catch (error) {
          expect(error).toMatchObject({
            code: expect.stringMatching(/^(InvalidEventPattern|Validation)Exception$/),
          });
        }
      }),
      { numRuns: 1000 },
    );
  });

  it.each(['{"a":"x', '{"a":["\u0001"]}', '{"a"', '{"a":[1,]}', '', '{"a":[01]}', '{"a":["\\q"]}'])(
    'refuses %j as no JSON',
    (broken) => {
      expect(() => compilePattern(broken)).toThrow(
        expect.objectContaining({ code: 'InvalidEventPatternException' }),
      );
    },
  );

  it('reads a path of a hundred steps', () => {
    const path = new Array(100).fill('a').join('.');
    const event = JSON.parse(`${'{"a":'.repeat(100)}"x"${'}'.repeat(100)}`);
    expect(matches({ [path]: ['x'] }, event)).toBe(true);
    expect(matches({ [path]: ['y'] }, event)).toBe(false);
  });

  it('explains what the event has instead', () => {
    const explain = (pattern: unknown, event: unknown) =>
      explainMismatch(compilePattern(JSON.stringify(pattern)), readFields(event));
    expect(
      explain({ source: ['a'], detail: { n: ['x', 'y'] } }, { source: 'a', detail: { n: ['z', 1] } }),
    ).toEqual({
      path: 'detail.n',
      condition: '["x","y"]',
      value: '"z", 1',
    });
    expect(explain({ source: ['a'] }, {})).toEqual({ path: 'source', condition: '["a"]', value: 'absent' });
    expect(explain({ e: { x: [1], y: [2] } }, { e: [{ x: 1 }, { y: 2 }] })).toMatchObject({
      path: 'e.y',
      value: 'in different array elements',
    });
  });
});
