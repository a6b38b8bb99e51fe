import { access, constants, stat } from 'node:fs/promises';
import { defineCommand } from 'citty';
import { summarise } from '../demo/summarise.ts';
import { createLiveText } from '../live-text.ts';
import { createSteps } from '../steps.ts';
import { createStopSignal, rejectOnAbort } from '../stop-signal.ts';
import { UserError } from '../user-error.ts';

export const demo = defineCommand({
  meta: {
    name: 'demo',
    description:
      'Turns a CSV into tasks on a local AWS of its own and shows how: 10,000 rows of its making, or your file. Exits with 0 when every row is accounted for. Example: npx fanbus demo --csv tasks.csv --json',
  },
  args: {
    csv: {
      type: 'string',
      description: 'A CSV with a title column; also detail, dueAt, isComplete',
      valueHint: 'FILE',
    },
    rows: {
      type: 'string',
      description: 'Rows to make when no file is given. Default: 10000',
      valueHint: 'N',
    },
    json: {
      type: 'boolean',
      description: 'Print the summary as one JSON line, {"total","created","rejected","status","seconds"}',
      default: false,
    },
  },
  async run({ args }) {
    const rows = parseRows(args.rows);
    if (args.csv !== undefined) await checkCsv(args.csv, args.rows);
    // With --json the one line on stdout is for a program; people look at stderr.
    const screen = args.json ? process.stderr : process.stdout;
    const write = (text: string) => screen.write(text);
    const signal = createStopSignal();

    const source = args.csv ?? `${rows.toLocaleString('en')} rows`;
    write(`\nFanbus demo: ${source} through a bus, rules, queues and functions, all on this machine\n\n`);
    // Loaded late: help and refusals are told at once.
    const { startSystem } = await import('../start-system.ts');
    const { runTasksDemo } = await import('../demo/run-tasks-demo.ts');
    const system = await startSystem({ steps: createSteps(write), signal });
    try {
      const live = createLiveText(screen);
      const outcome = await Promise.race([
        runTasksDemo({ system, csv: args.csv, rows, live }),
        rejectOnAbort(signal),
      ]);
      write(summarise(outcome));
      if (args.json) {
        const { total, created, rejected, status, seconds } = outcome;
        process.stdout.write(`${JSON.stringify({ total, created, rejected, status, seconds })}\n`);
      }
      if (outcome.problem !== undefined) throw new UserError(outcome.problem);
    } finally {
      await system.close();
    }
  },
});

function parseRows(text = '10000'): number {
  const rows = Number(text);
  if (Number.isInteger(rows) && rows >= 1 && rows <= 10_000_000) return rows;
  throw new UserError(`--rows ${text} cannot be made: give a whole number from 1 to 10000000.`);
}

/** Told before anything is started. */
async function checkCsv(path: string, rows: string | undefined): Promise<void> {
  if (rows !== undefined) {
    throw new UserError('--rows is for a file that the demo makes: give --csv FILE or --rows N, not both.');
  }
  try {
    await access(path, constants.R_OK);
  } catch (cause) {
    throw new UserError(`cannot read --csv ${path}: ${cause instanceof Error ? cause.message : cause}.`, {
      cause,
    });
  }
  if (!(await stat(path)).isFile()) throw new UserError(`--csv ${path} is no file: give the path of a CSV.`);
}
