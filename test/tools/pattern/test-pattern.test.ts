import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPatternTester } from '../../../tools/pattern/test-pattern.ts';

const tester = createPatternTester({ strict: false });

describe('a pattern test', () => {
  it('says match, with nothing to add', () => {
    expect(tester.test('{"a":[1]}', '{"a":1}')).toEqual({ result: 'match', reason: '' });
  });

  it('names the condition that failed and the value it met', () => {
    expect(tester.test('{"a":{"b":[{"numeric":[">",5]}]}}', '{"a":{"b":[3,"x"]}}')).toEqual({
      result: 'nomatch',
      reason: 'a.b must meet [{"numeric":[">",5]}]; the event has 3, "x"',
      mismatch: { path: 'a.b', condition: '[{"numeric":[">",5]}]', value: '3, "x"' },
    });
  });

  it('shows a number as the event spells it when a double cannot carry it', () => {
    expect(tester.test('{"a":[1]}', '{"a":9007199254740993}')).toMatchObject({
      reason: 'a must meet [1]; the event has 9007199254740993',
    });
  });

  it('refuses a bad pattern in the words of AWS, each time it comes', () => {
    for (let time = 0; time < 2; time += 1) {
      expect(tester.test('{"a":[]}', '{}')).toEqual({
        result: 'error',
        reason:
          'Event pattern is not valid. Reason: Empty arrays are not allowed\n at [Source: (String)"{"a":[]}"; line: 1, column: 8]',
      });
    }
  });

  it.each(['', '{', '[]', '"text"', '1', '9007199254740993', 'null'])('refuses the event %j', (event) => {
    expect(tester.test('{"a":[1]}', event)).toMatchObject({
      result: 'error',
      reason: expect.stringMatching(/^Event is not valid\. Reason: /),
    });
  });

  it('refuses an event without its envelope when strict, naming what is missing', () => {
    const strict = createPatternTester({ strict: true });
    const event = { id: 'i', account: 'a', source: 's', time: 't', region: 'r', 'detail-type': 'd' };
    expect(strict.test('{"source":["s"]}', JSON.stringify(event))).toMatchObject({ result: 'match' });
    const { id, time, ...rest } = event;
    expect(strict.test('{"source":["s"]}', JSON.stringify(rest))).toMatchObject({
      result: 'error',
      reason: expect.stringContaining('it has no id, time.'),
    });
  });

  it('tests more patterns than it keeps compiled', () => {
    for (let n = 0; n < 1_001; n += 1) tester.test(`{"a":[${n}]}`, '{"a":0}');
    expect(tester.test('{"a":[7]}', '{"a":7}')).toMatchObject({ result: 'match' });
  });

  it('has a verdict on any two texts', () => {
    const text = fc.oneof(fc.json(), fc.string(), fc.constant('['.repeat(100_000)));
    fc.assert(
      fc.property(text, text, (pattern, event) => {
        expect(['match', 'nomatch', 'error']).toContain(tester.test(pattern, event).result);
      }),
      { numRuns: 500 },
    );
  });
});
