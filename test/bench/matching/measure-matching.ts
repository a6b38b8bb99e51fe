import assert from 'node:assert/strict';
import { compilePattern, type Pattern } from '../../../tools/local/rule/compile-pattern.ts';
import { readFields } from '../../../tools/local/rule/event-fields.ts';
import { matchesPattern } from '../../../tools/local/rule/match-pattern.ts';
import { parseEvent } from '../../../tools/local/rule/parse-event.ts';
import { createRuleIndex, type RuleIndex } from '../../../tools/local/rule/rule-index.ts';
import { eventText, patternText, type Workload, workloads } from './workloads.ts';

export interface MatchingMeasurement {
  readonly events: string;
  readonly rulesAre: Workload['rules'];
  readonly rules: number;
  readonly eventBytes: number;
  readonly matchesPerEvent: number;
  /** JSON parsing included; the median of the runs, and the fastest, which the machine's other work disturbed least. */
  readonly eventsPerSecond: number;
  readonly fastestEventsPerSecond: number;
  /** Rules put in place of others while all are in the index. */
  readonly replacementsPerSecond: number;
}

/** Measures the matching of event texts against 10, 1,000 and 10,000 rules, on one thread. About a minute; quick, a few seconds. */
export function measureMatching({
  quick,
  onProgress,
}: {
  readonly quick: boolean;
  readonly onProgress: (text: string) => void;
}): MatchingMeasurement[] {
  return workloads.flatMap((workload) =>
    [10, 1000, 10_000].map((rules) => {
      onProgress(`matching: ${workload.events.name}, ${workload.rules}, ${rules} rules`);
      return measure(workload, rules, quick ? 200 : 2000);
    }),
  );
}

function measure(workload: Workload, rules: number, atLeastMs: number): MatchingMeasurement {
  const patterns = Array.from({ length: rules }, (_, n) => compilePattern(patternText(workload, n)));
  const index = createRuleIndex<number>();
  for (const [key, pattern] of patterns.entries()) index.add(key, pattern);
  const texts = Array.from({ length: 2000 }, (_, n) => flat(eventText(workload, n, rules)));
  for (const text of texts.slice(0, 20)) check(index, patterns, text);

  const found = texts.reduce((sum, text) => sum + index.matchText(text).length, 0);
  repeat(atLeastMs / 4, () => matchAll(index, texts));
  const runs = repeat(atLeastMs, () => matchAll(index, texts)).sort((a, b) => a - b);
  const perSecond = (ms: number | undefined) => texts.length / ((ms ?? Number.NaN) / 1000);
  const result = {
    events: workload.events.name,
    rulesAre: workload.rules,
    rules,
    eventBytes: Math.round(texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0) / texts.length),
    matchesPerEvent: found / texts.length,
    eventsPerSecond: perSecond(runs[Math.floor(runs.length / 2)]),
    fastestEventsPerSecond: perSecond(runs[0]),
    replacementsPerSecond: replaceAll(index, patterns, atLeastMs),
  };
  for (const text of texts.slice(20, 40)) check(index, patterns, text);
  return result;
}

/** A text in one piece, as from a socket: a text pieced together is slower to read the first time. */
function flat(text: string): string {
  return Buffer.from(text).toString();
}

function check(index: RuleIndex<number>, patterns: readonly Pattern[], text: string): void {
  const fields = readFields(parseEvent(text));
  const expected = patterns.flatMap((pattern, key) => (matchesPattern(pattern, fields) ? [key] : []));
  assert.deepEqual(
    index.matchText(text).sort((a, b) => a - b),
    expected,
    `The index is wrong about ${text}`,
  );
}

function matchAll(index: RuleIndex<number>, texts: readonly string[]): number {
  const start = performance.now();
  for (const text of texts) index.matchText(text);
  return performance.now() - start;
}

/** Runs it until the time is up, at least three times. Returns what each run returned. */
function repeat(atLeastMs: number, run: () => number): number[] {
  const results: number[] = [];
  const start = performance.now();
  while (results.length < 3 || performance.now() - start < atLeastMs) results.push(run());
  return results;
}

function replaceAll(index: RuleIndex<number>, patterns: readonly Pattern[], atLeastMs: number): number {
  const runs = repeat(atLeastMs / 4, () => {
    const start = performance.now();
    for (const [key, pattern] of patterns.entries()) index.add(key, pattern);
    return performance.now() - start;
  }).sort((a, b) => a - b);
  return (1000 * patterns.length) / (runs[Math.floor(runs.length / 2)] ?? Number.NaN);
}
