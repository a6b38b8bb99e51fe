import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../../../tools/local/rule/compile-pattern.ts';
import { readFields } from '../../../../tools/local/rule/event-fields.ts';
import { explainMismatch } from '../../../../tools/local/rule/explain-mismatch.ts';
import { matchesPattern } from '../../../../tools/local/rule/match-pattern.ts';
import { parseEvent } from '../../../../tools/local/rule/parse-event.ts';

/** `pattern` and `event` are texts where the spelling matters: duplicate keys, numbers, white space. */
interface Case {
  readonly pattern: unknown;
  readonly event?: unknown;
  /** The beginning of AWS's reason; with the place, all of it. */
  readonly reason?: string;
}

const folder = new URL('patterns/', import.meta.url);
const files = readdirSync(folder);
const casesOf = (expectation: string) =>
  files
    .filter((file) => file.endsWith(`.${expectation}.json`))
    .map((file): [string, Case] => [
      file.replace(`.${expectation}.json`, ''),
      JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Case,
    ]);
const textOf = (part: unknown) => (typeof part === 'string' ? part : JSON.stringify(part));

describe('event patterns', () => {
  it('has case files of every kind', () => {
    expect(casesOf('match').length).toBeGreaterThan(100);
    expect(casesOf('nomatch').length).toBeGreaterThan(100);
    expect(casesOf('error').length).toBeGreaterThan(100);
  });

  it.each(casesOf('match'))('matches: %s', (_name, { pattern, event }) => {
    const compiled = compilePattern(textOf(pattern));
    const fields = readFields(parseEvent(textOf(event)));
    expect(matchesPattern(compiled, fields)).toBe(true);
    expect(explainMismatch(compiled, fields)).toBeUndefined();
  });

  it.each(casesOf('nomatch'))('does not match: %s', (_name, { pattern, event }) => {
    const compiled = compilePattern(textOf(pattern));
    const fields = readFields(parseEvent(textOf(event)));
    expect(matchesPattern(compiled, fields)).toBe(false);
    expect(explainMismatch(compiled, fields)).toMatchObject({ path: expect.stringMatching(/./) });
  });

  it.each(casesOf('error'))('refuses: %s', (_name, { pattern, reason }) => {
    expect(() => compilePattern(textOf(pattern))).toThrow(
      expect.objectContaining({
        code: 'InvalidEventPatternException',
        message: expect.stringMatching(
          new RegExp(`^${escaped(`Event pattern is not valid. Reason: ${reason}`)}`),
        ),
      }),
    );
  });
});

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
