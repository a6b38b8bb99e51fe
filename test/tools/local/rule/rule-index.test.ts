import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../../../tools/local/rule/compile-pattern.ts';
import { readFields } from '../../../../tools/local/rule/event-fields.ts';
import { matchesPattern } from '../../../../tools/local/rule/match-pattern.ts';
import { parseEvent } from '../../../../tools/local/rule/parse-event.ts';
import { createRuleIndex } from '../../../../tools/local/rule/rule-index.ts';
import { createDraw, createRandom, randomEvent, randomPattern } from './random-cases.ts';

describe('the rule index', () => {
  it('finds what trying every rule finds, in the order the rules came, for 2,000 random sets of rules', () => {
    const random = createRandom(3);
    let found = 0;
    for (let set = 0; set < 2000; set += 1) {
      const draw = createDraw(random);
      const size = Math.floor(random() ** 3 * 60);
      const rules = Array.from({ length: size }, () => compilePattern(randomPattern(draw)));
      const index = createRuleIndex<number>();
      for (const [key, rule] of rules.entries()) index.add(key, rule);
      for (let event = 0; event < 3; event += 1) {
        const text = randomEvent(draw);
        const fields = readFields(parseEvent(text));
        const expected = [...rules.entries()].filter(([, rule]) => matchesPattern(rule, fields));
        const keys = expected.map(([key]) => key);
        expect(index.matchText(text), text).toEqual(keys);
        expect(index.match(fields), text).toEqual(keys);
        found += keys.length;
      }
    }
    expect(found).toBeGreaterThan(2000);
  });

  it('finds the same whatever rules have come and gone in between', () => {
    const random = createRandom(4);
    const draw = createDraw(random);
    const index = createRuleIndex<number>();
    const rules = new Map<number, ReturnType<typeof compilePattern>>();
    for (let turn = 0; turn < 3000; turn += 1) {
      const key = Math.floor(random() * 300);
      rules.delete(key);
      if (random() < (turn < 1500 ? 0.8 : 0.3)) {
        const rule = compilePattern(randomPattern(draw));
        rules.set(key, rule);
        index.add(key, rule);
      } else index.remove(key);
      if (turn % 10 > 0) continue;
      const text = randomEvent(draw);
      const fields = readFields(parseEvent(text));
      const expected = [...rules].filter(([, rule]) => matchesPattern(rule, fields));
      expect(index.matchText(text), text).toEqual(expected.map(([one]) => one));
    }
    for (const key of rules.keys()) index.remove(key);
    expect(index.matchText('{"source":"ab","detail-type":"ab","detail":{"a":1}}')).toEqual([]);
  });

  it('finds the same among many rules that ask for anything but something', () => {
    const random = createRandom(6);
    const pick = (texts: readonly string[]) => texts[Math.floor(random() * texts.length)] ?? '';
    const letter = () => `"${pick(['a', 'B', 'ab', 'bA', 'abc', 'x'])}"`;
    const but = () =>
      pick([
        letter(),
        `[${letter()},${letter()}]`,
        '[1,2]',
        `{"prefix":[${letter()},${letter()}]}`,
        `{"suffix":${letter()}}`,
        `{"equals-ignore-case":${letter()}}`,
        '{"wildcard":"a*"}',
      ]);
    const clause = () => `{"${pick(['x', 'y', 'list.z'])}":[{"anything-but":${but()}}]}`;
    const value = () => pick([letter(), '1', 'null', `[${letter()},${letter()}]`, '[]', '{"deeper":1}']);
    for (let set = 0; set < 60; set += 1) {
      const index = createRuleIndex<number>();
      const rules = Array.from({ length: 150 }, () =>
        compilePattern(
          pick([
            `{"detail":${clause()}}`,
            `{"source":["s"],"detail":${clause()}}`,
            `{"$or":[{"detail":${clause()}},{"detail":${clause()}}]}`,
          ]),
        ),
      );
      for (const [key, rule] of rules.entries()) index.add(key, rule);
      for (let event = 0; event < 10; event += 1) {
        const list = pick(['1', '{"z":"a"}', `[{"z":${letter()}},{"z":${letter()}}]`]);
        const text = `{"source":"s","detail":{"x":${value()},"y":${value()},"list":${list}}}`;
        const fields = readFields(parseEvent(text));
        const expected = rules.flatMap((rule, key) => (matchesPattern(rule, fields) ? [key] : []));
        expect(index.matchText(text), text).toEqual(expected);
        if (event === 5) index.add(event, compilePattern('{"source":["nobody"]}'));
        if (event === 5) rules[event] = compilePattern('{"source":["nobody"]}');
      }
    }
  });

  it('forgets a rule that was removed or replaced', () => {
    const index = createRuleIndex<string>();
    const heard = (source: string) => index.matchText(JSON.stringify({ source, 'detail-type': 'Said' }));
    index.add('one', compilePattern('{"source":["a"]}'));
    index.add('two', compilePattern('{"source":[{"prefix":"a"}]}'));
    expect(heard('a')).toEqual(['one', 'two']);
    index.add('one', compilePattern('{"source":["b"]}'));
    expect([heard('a'), heard('b')]).toEqual([['two'], ['one']]);
    index.remove('one');
    index.remove('two');
    expect([heard('a'), heard('b')]).toEqual([[], []]);
  });

  it.each([
    ['their own value', (n: number) => `{"source":["s"],"detail":{"own":["v${n}"]}}`],
    ['a prefix', (n: number) => `{"source":["s"],"detail":{"own":[{"prefix":"v${n}"}]}}`],
    ['a range', (n: number) => `{"source":["s"],"detail":{"n":[{"numeric":[">=",${n},"<",${n + 1}]}]}}`],
    [
      'a network',
      (n: number) => `{"source":["s"],"detail":{"ip":[{"cidr":"10.${n >> 8}.${n & 255}.0/24"}]}}`,
    ],
    ['two of many values', (n: number) => `{"detail":{"x":[${n % 70}],"y":[${Math.floor(n / 70)}]}}`],
  ])('tells rules with one value in common apart by %s, trying few of them', (_by, patternOf) => {
    const index = createRuleIndex<number>();
    let tried = 0;
    for (let n = 0; n < 4000; n += 1) {
      const pattern = compilePattern(patternOf(n));
      const counted = pattern.branches.map((branch) =>
        branch.map((condition) => ({
          ...condition,
          matchers: condition.matchers.map((matcher) => ({
            ...matcher,
            matches: (leaf: Parameters<typeof matcher.matches>[0]) => {
              tried += 1;
              return matcher.matches(leaf);
            },
          })),
        })),
      );
      index.add(n, { ...pattern, branches: counted });
    }
    const event = { source: 's', detail: { own: 'v1234', n: 1234, ip: '10.4.210.7', x: 44, y: 17 } };
    expect(index.matchText(JSON.stringify(event))).toContain(1234);
    expect(tried).toBeLessThan(100);
  });
});
