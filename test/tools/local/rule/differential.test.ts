import { describe, expect, it } from 'vitest';
import { compilePattern, type Pattern } from '../../../../tools/local/rule/compile-pattern.ts';
import { readFields } from '../../../../tools/local/rule/event-fields.ts';
import { explainMismatch } from '../../../../tools/local/rule/explain-mismatch.ts';
import { matchesPattern } from '../../../../tools/local/rule/match-pattern.ts';
import { parseEvent } from '../../../../tools/local/rule/parse-event.ts';
import { createRuleIndex } from '../../../../tools/local/rule/rule-index.ts';
import { createDraw, createRandom, randomEvent, randomPattern } from './random-cases.ts';
import { simplyMatches } from './simple-matcher.ts';

const batches = 60;
const perBatch = 20;

describe('against the simple matcher, on random patterns and events', () => {
  const random = createRandom(20_261_121);
  const cases = Array.from({ length: batches }, () => {
    const draw = createDraw(random);
    return {
      patterns: many(() => compilePattern(randomPattern(draw))),
      events: many(() => readSample(randomEvent(draw))),
    };
  });
  const pairs = cases.flatMap(({ patterns, events }) =>
    patterns.flatMap((pattern) =>
      events.map(({ text, fields }) => ({
        pattern,
        text,
        fields,
        matches: simplyMatches(pattern.text, text),
      })),
    ),
  );

  it('has more than 20,000 pairs, and enough of them on either side', () => {
    const matching = pairs.filter(({ matches }) => matches).length;
    expect(pairs.length).toBeGreaterThan(20_000);
    expect(matching / pairs.length).toBeGreaterThan(0.25);
    expect(matching / pairs.length).toBeLessThan(0.75);
  });

  it('one pattern matches the same events', () => {
    const disagreements = pairs.filter(
      ({ pattern, fields, matches }) => matchesPattern(pattern, fields) !== matches,
    );
    expect(disagreements.slice(0, 5).map(shown)).toEqual([]);
  });

  it('what does not match is explained, and what matches is not', () => {
    const disagreements = pairs.filter(
      ({ pattern, fields, matches }) => (explainMismatch(pattern, fields) === undefined) !== matches,
    );
    expect(disagreements.slice(0, 5).map(shown)).toEqual([]);
  });

  it('an index of all patterns finds the same ones, also after some were removed', () => {
    const index = createRuleIndex<string>();
    const patterns = new Map(cases.flatMap((one) => one.patterns).map((pattern) => [pattern.text, pattern]));
    for (const [text, pattern] of patterns) index.add(text, pattern);
    for (const { events } of cases.slice(0, 20)) {
      for (const gone of [...patterns.keys()].filter(() => random() < 0.02)) {
        patterns.delete(gone);
        index.remove(gone);
      }
      const [{ text, fields }] = events;
      const expected = [...patterns.keys()].filter((pattern) => simplyMatches(pattern, text));
      expect(index.match(fields)).toEqual(expected);
      expect(index.matchText(text)).toEqual(expected);
    }
  });
});

function many<Item>(make: () => Item): [Item, ...Item[]] {
  return [make(), ...Array.from({ length: perBatch - 1 }, make)];
}

function readSample(text: string) {
  return { text, fields: readFields(parseEvent(text)) };
}

function shown({ pattern, text, matches }: { pattern: Pattern; text: string; matches: boolean }) {
  return { pattern: pattern.text, event: text, matches };
}
