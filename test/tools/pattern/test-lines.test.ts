import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { testLines } from '../../../tools/pattern/test-lines.ts';
import { createPatternTester } from '../../../tools/pattern/test-pattern.ts';

const tester = createPatternTester({ strict: false });

describe('lines of pattern tests', () => {
  const line = JSON.stringify({ patternText: '{"a":["ü"]}', eventText: '{"a":"ü"}' });

  it('have one answer each, in their order, whatever pieces they come in', async () => {
    const input = `${line}\nno JSON\n\n{}\nnull\n${line}\r\n{"patternText":{},"eventText":"{}"}\n${line}`;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: input.length }), async (length) => {
        const expected = ['match', 'error', 'error', 'error', 'error', 'match', 'error', 'match'];
        const answers = (await answersTo(cut(input, length))).trimEnd().split('\n');
        expect(answers.map((answer) => JSON.parse(answer).result)).toEqual(expected);
      }),
    );
  });

  it('are answered before the input ends', async () => {
    async function* endless() {
      for (;;) yield `${line}\n`;
    }
    const answers = testLines(endless(), tester);
    expect(await answers.next()).toEqual({ value: '{"result":"match","reason":""}\n', done: false });
    expect(await answers.return(undefined)).toMatchObject({ done: true });
  });

  it('are none when there is no input', async () => {
    expect(await answersTo([])).toBe('');
  });
});

async function answersTo(pieces: readonly string[]): Promise<string> {
  async function* feed() {
    yield* pieces;
  }
  let answers = '';
  for await (const answer of testLines(feed(), tester)) answers += answer;
  return answers;
}

function cut(text: string, length: number): string[] {
  return Array.from({ length: Math.ceil(text.length / length) }, (_, n) =>
    text.slice(n * length, (n + 1) * length),
  );
}
