import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../../../tools/local/rule/compile-pattern.ts';
import { type Path, readFields } from '../../../../tools/local/rule/event-fields.ts';
import { matchesPattern } from '../../../../tools/local/rule/match-pattern.ts';
import { createRuleIndex } from '../../../../tools/local/rule/rule-index.ts';

const word = fc.constantFrom('a', 'b', 'c', '*', '10.0.0.1');
const matcher = fc.oneof(
  word,
  fc.record({ prefix: word }),
  fc.record({ 'anything-but': word }),
  fc.constant({ exists: false }),
);
const field = fc.array(matcher, { minLength: 1, maxLength: 3 });
const flatPattern = fc
  .record({ source: field, 'detail-type': field, 'detail.kind': field }, { requiredKeys: [] })
  .filter((pattern) => Object.keys(pattern).length > 0);
const pattern = fc.oneof(
  flatPattern,
  fc
    .tuple(flatPattern, flatPattern, flatPattern)
    .map(([outer, left, right]) => ({ ...outer, $or: [left, right] })),
);
const event = fc.record({ source: word, 'detail-type': word, detail: fc.record({ kind: word }) });

describe('the rule index', () => {
  it('finds what trying every rule finds, in the order the rules came', () => {
    fc.assert(
      fc.property(fc.array(pattern, { maxLength: 20 }), event, (patterns, body) => {
        const compiled = patterns.map((one) => compilePattern(JSON.stringify(one)));
        const index = createRuleIndex<number>();
        compiled.forEach((one, key) => {
          index.add(key, one);
        });
        const fields = readFields(body);
        const expected = compiled.flatMap((one, key) => (matchesPattern(one, fields) ? [key] : []));
        expect(index.match({ source: body.source, detailType: body['detail-type'], fields })).toEqual(
          expected,
        );
      }),
      { numRuns: 1000 },
    );
  });

  it('forgets a rule that was removed or replaced', () => {
    const index = createRuleIndex<string>();
    const heard = (source: string) =>
      index.match({ source, detailType: 'Said', fields: readFields({ source, 'detail-type': 'Said' }) });
    index.add('one', compilePattern('{"source":["a"]}'));
    index.add('two', compilePattern('{"source":[{"prefix":"a"}]}'));
    expect(heard('a')).toEqual(['one', 'two']);
    index.add('one', compilePattern('{"source":["b"]}'));
    expect([heard('a'), heard('b')]).toEqual([['two'], ['one']]);
    index.remove('one');
    index.remove('two');
    expect([heard('a'), heard('b')]).toEqual([[], []]);
  });

  it('does not look at the rules of other sources and detail-types', () => {
    const index = createRuleIndex<number>();
    for (let key = 0; key < 300; key += 1) {
      index.add(key, compilePattern(`{"source":["s${key % 10}"],"detail-type":["t${key}"]}`));
    }
    const fields = readFields({ source: 's7', 'detail-type': 't17' });
    const asked: string[] = [];
    const watched = {
      at(path: Path) {
        asked.push(path.text);
        return fields.at(path);
      },
    };
    expect(index.match({ source: 's7', detailType: 't17', fields: watched })).toEqual([17]);
    expect(asked.length).toBeLessThanOrEqual(2);
  });
});
