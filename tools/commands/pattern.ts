import { readFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { defineCommand } from 'citty';
import { testLines } from '../pattern/test-lines.ts';
import { createPatternTester, type Verdict } from '../pattern/test-pattern.ts';
import { UserError } from '../user-error.ts';

export const patternTest = defineCommand({
  meta: {
    name: 'pattern test',
    description:
      'Says whether an event matches a pattern as AWS would, or which condition failed and what the event has there. Exits with 0 for a match, 1 for no match, 2 for a pattern or event that is not valid. Example: npx fanbus pattern test --pattern pattern.json --event event.json',
  },
  args: {
    pattern: { type: 'string', description: 'File with the event pattern', valueHint: 'FILE' },
    event: {
      type: 'string',
      description: 'File with the event; a part of one will do',
      valueHint: 'FILE',
    },
    strict: {
      type: 'boolean',
      description: 'Refuse an event without the envelope that AWS’s TestEventPattern asks for',
      default: false,
    },
    json: {
      type: 'boolean',
      description: 'Print {"result","reason"}, and "mismatch" when there is one',
      default: false,
    },
    stdin: {
      type: 'boolean',
      description:
        'Read lines {"patternText","eventText"} and print {"result","reason"} for each. Exits with 0 whatever the results',
      default: false,
    },
  },
  async run({ args }) {
    const tester = createPatternTester({ strict: args.strict });
    if (args.stdin) {
      refuseFiles(args);
      await answerLines((pieces) => testLines(pieces, tester));
      return;
    }
    const patternText = await read('pattern', args.pattern);
    const eventText = await read('event', args.event);
    const verdict = tester.test(patternText, eventText);
    process.exitCode = exitCodes[verdict.result];
    if (args.json) console.log(JSON.stringify(verdict));
    else if (verdict.result === 'error') console.error(`fanbus: ${verdict.reason}`);
    else console.log(shown(verdict));
  },
});

const exitCodes = { match: 0, nomatch: 1, error: 2 } as const;

function shown(verdict: Exclude<Verdict, { result: 'error' }>): string {
  if (verdict.result === 'match') return 'match';
  const { path, condition, value } = verdict.mismatch;
  return `no match\n\n  field      ${path}\n  must meet  ${condition}\n  event has  ${value}`;
}

async function read(option: string, file: string | undefined): Promise<string> {
  if (file === undefined) {
    throw new UserError(
      `no --${option}: give --pattern FILE and --event FILE, or --stdin and a line {"patternText","eventText"} for each test.`,
    );
  }
  try {
    const text = await readFile(file, 'utf8');
    return text.replace(/^\uFEFF/, '').trimEnd();
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : String(cause);
    throw new UserError(`--${option} ${file} cannot be read: ${words}`, { cause });
  }
}

function refuseFiles(args: { readonly pattern?: string; readonly event?: string }): void {
  if (args.pattern === undefined && args.event === undefined) return;
  throw new UserError('--stdin reads patterns and events from its lines: leave --pattern and --event out.');
}

async function answerLines(answers: (pieces: AsyncIterable<string>) => AsyncIterable<string>): Promise<void> {
  process.stdin.setEncoding('utf8');
  try {
    await pipeline(process.stdin, answers, process.stdout, { end: false });
  } catch (error) {
    // Whoever read the answers has heard enough, as `head` does.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPIPE')) throw error;
  }
}
