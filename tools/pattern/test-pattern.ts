import { compilePattern, type Pattern } from '../local/rule/compile-pattern.ts';
import { readFields } from '../local/rule/event-fields.ts';
import { explainMismatch, type Mismatch } from '../local/rule/explain-mismatch.ts';
import { InexactNumber } from '../local/rule/inexact-number.ts';
import { parseEvent } from '../local/rule/parse-event.ts';
import { AwsError } from '../local/wire/aws-error.ts';

/** What a pattern makes of an event. `reason` is empty for a match. */
export type Verdict =
  | { readonly result: 'match'; readonly reason: '' }
  | { readonly result: 'nomatch'; readonly reason: string; readonly mismatch: Mismatch }
  | { readonly result: 'error'; readonly reason: string };

/** Tests event patterns one after another; a pattern that comes again is not compiled again. */
export interface PatternTester {
  /** Both as JSON text. Never throws: what is wrong with a text is an `error` with AWS's reason. */
  test(patternText: string, eventText: string): Verdict;
}

/** With `strict`, an event needs the envelope that AWS's TestEventPattern asks for. */
export function createPatternTester({ strict }: { readonly strict: boolean }): PatternTester {
  const compiled = new Map<string, Pattern>();

  return {
    test(patternText, eventText) {
      try {
        const pattern = compiledPattern(patternText);
        const event = readEvent(eventText, strict);
        const mismatch = explainMismatch(pattern, readFields(event));
        if (mismatch === undefined) return { result: 'match', reason: '' };
        return { result: 'nomatch', reason: sentenceOf(mismatch), mismatch };
      } catch (error) {
        return { result: 'error', reason: reasonOf(error) };
      }
    },
  };

  function compiledPattern(text: string): Pattern {
    const known = compiled.get(text);
    if (known !== undefined) return known;
    if (compiled.size >= keptPatterns) compiled.clear();
    const pattern = compilePattern(text);
    compiled.set(text, pattern);
    return pattern;
  }
}

const keptPatterns = 1_000;

function readEvent(text: string, strict: boolean): object {
  const event = parse(text);
  if (typeof event !== 'object' || event === null || Array.isArray(event) || event instanceof InexactNumber) {
    throw new AwsError('ValidationException', 'Event is not valid. Reason: it must be a JSON object.');
  }
  const missing = strict ? envelope.filter((field) => !Object.hasOwn(event, field)) : [];
  if (missing.length === 0) return event;
  throw new AwsError(
    'ValidationException',
    `Event is not valid. Reason: it has no ${missing.join(', ')}. AWS's TestEventPattern asks for ${envelope.join(', ')}; leave --strict out to test a part of an event.`,
  );
}

const envelope = ['id', 'account', 'source', 'time', 'region', 'detail-type'];

function parse(text: string): unknown {
  try {
    return parseEvent(text);
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : String(cause);
    throw new AwsError('ValidationException', `Event is not valid. Reason: ${words}`, { cause });
  }
}

function sentenceOf({ path, condition, value }: Mismatch): string {
  return `${path} must meet ${condition}; the event has ${value}`;
}

function reasonOf(error: unknown): string {
  if (error instanceof AwsError) return error.message;
  // JSON nested deeper than the stack is the only other thing that a text can do.
  if (error instanceof RangeError) return `Too deeply nested: ${error.message}`;
  throw error;
}
