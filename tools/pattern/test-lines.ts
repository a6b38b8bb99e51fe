import { isJsonObject } from '../codegen/schema-set.ts';
import { parseJson } from '../parse-json.ts';
import type { PatternTester, Verdict } from './test-pattern.ts';

/**
 * Tests lines of `{"patternText": "…", "eventText": "…"}` as they come in, in whatever pieces, and yields one line
 * `{"result": "match" | "nomatch" | "error", "reason": "…"}` for each. A line that is none of these is an `error`.
 */
export async function* testLines(
  pieces: AsyncIterable<string>,
  tester: PatternTester,
): AsyncGenerator<string> {
  let unfinished = '';
  for await (const piece of pieces) {
    const lines = (unfinished + piece).split('\n');
    unfinished = lines.pop() ?? '';
    if (lines.length > 0) yield lines.map((line) => answerTo(line, tester)).join('');
  }
  if (unfinished !== '') yield answerTo(unfinished, tester);
}

function answerTo(line: string, tester: PatternTester): string {
  const { result, reason } = verdictOn(line, tester);
  return `${JSON.stringify({ result, reason })}\n`;
}

function verdictOn(line: string, tester: PatternTester): Verdict {
  const pair = parseJson(line);
  const { patternText, eventText } = isJsonObject(pair) ? pair : {};
  if (typeof patternText === 'string' && typeof eventText === 'string') {
    return tester.test(patternText, eventText);
  }
  return {
    result: 'error',
    reason: 'The line is not {"patternText": "…", "eventText": "…"}, two strings that hold JSON.',
  };
}
