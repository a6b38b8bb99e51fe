import { defineCommand } from 'citty';
import { runTasksDemo } from '../demo/run-tasks-demo.ts';
import { summarise } from '../demo/summarise.ts';
import { createLiveText } from '../live-text.ts';
import { startSystem } from '../start-system.ts';
import { createSteps } from '../steps.ts';
import { untilSignalled } from '../until-signalled.ts';
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
      description: 'Rows to make when no file is given',
      default: '10000',
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
    // With --json the one line on stdout is for a program; people look at stderr.
    const screen = args.json ? process.stderr : process.stdout;
    const write = (text: string) => screen.write(text);
    const interrupted = untilSignalled().then((signal) => {
      throw new UserError(`stopped by ${signal}; nothing was left running.`);
    });

    const source = args.csv ?? `${rows.toLocaleString('en')} rows`;
    write(`\nFanbus demo: ${source} through a bus, rules, queues and functions, all on this machine\n\n`);
    const system = await startSystem({ steps: createSteps(write) });
    try {
      const live = createLiveText(screen);
      const outcome = await Promise.race([runTasksDemo({ system, csv: args.csv, rows, live }), interrupted]);
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

function parseRows(text: string): number {
  const rows = Number(text);
  if (Number.isInteger(rows) && rows >= 1 && rows <= 10_000_000) return rows;
  throw new UserError(`--rows ${text} cannot be made: give a whole number from 1 to 10000000.`);
}
