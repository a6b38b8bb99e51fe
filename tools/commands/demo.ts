import { parseArgs } from 'node:util';
import { defineCommand } from 'citty';
import { DEFAULT_SHEET, type Plan, readPlan } from '../demo/read-plan.ts';
import { printable } from '../printable.ts';
import { createSteps } from '../steps.ts';
import { createStopSignal } from '../stop-signal.ts';
import { UserError } from '../user-error.ts';

export const demo = defineCommand({
  meta: {
    name: 'demo',
    description:
      'Shows Fanbus at work on a local AWS of its own: 10,000 CSV rows become tasks, and photos are reviewed as profile pictures; or give it yours. Exits with 0 when every row is accounted for and every picture has its verdict. Example: npx fanbus demo --image portrait.png',
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
    image: {
      type: 'string',
      description: 'A picture, or a folder of them; may be given several times',
      valueHint: 'FILE',
    },
    sheet: {
      type: 'string',
      description: `Where to write the contact sheet of the pictures. Default: ${DEFAULT_SHEET}`,
      valueHint: 'FILE',
    },
    json: {
      type: 'boolean',
      description:
        'Print JSON lines: {"total","created","rejected","status","seconds"} of the tasks, and one for each picture',
      default: false,
    },
  },
  async run({ args: { csv, json, rows, sheet }, rawArgs }) {
    const plan = await readPlan({ csv, rows, sheet, images: imagesOf(rawArgs) });
    // With --json the lines on stdout are for a program; people look at stderr.
    const screen = json ? process.stderr : process.stdout;
    const write = (text: string) => screen.write(text);
    const signal = createStopSignal();

    write(
      `\nFanbus demo: ${describe(plan)} through a bus, rules, queues and functions, all on this machine\n\n`,
    );
    // Loaded late, here and below: help and refusals are told at once, and what is generated is there once the system is up.
    const { startSystem } = await import('../start-system.ts');
    const system = await startSystem({ steps: createSteps(write), signal });
    const show = { system, screen, signal, isJson: json };
    const problems: (string | undefined)[] = [];
    try {
      const { describeRequests, describeUse } = await import('../demo/describe-requests.ts');
      write(`\n  ${describeUse(plan)}\n\n`);
      if (plan.tasks) {
        const { showTasks } = await import('../demo/show-tasks.ts');
        problems.push(await showTasks({ ...show, ...plan.tasks }));
      }
      if (plan.images) {
        const { showImages } = await import('../demo/images/show-images.ts');
        problems.push(await showImages({ ...show, ...plan.images }));
      }
      write(describeRequests(plan));
    } finally {
      await system.close();
    }
    const told = problems.filter((problem) => problem !== undefined);
    if (told.length > 0) throw new UserError(told.join(' '));
  },
});

/** Every `--image`: citty keeps the last one of an option only. */
function imagesOf(rawArgs: readonly string[]): readonly string[] {
  const { values } = parseArgs({
    args: [...rawArgs],
    options: { image: { type: 'string', multiple: true }, ...otherOptions },
    strict: false,
  });
  return (values.image ?? []).filter((path) => typeof path === 'string');
}

const otherOptions = {
  csv: { type: 'string' },
  rows: { type: 'string' },
  sheet: { type: 'string' },
} as const;

function describe({ tasks, images }: Plan): string {
  const { pictures = [] } = images ?? {};
  const [first] = pictures;
  return [
    ...(tasks ? [printable(tasks.csv ?? `${tasks.rows.toLocaleString('en')} rows`)] : []),
    ...(first
      ? [pictures.length === 1 ? printable(first.name) : `${pictures.length.toLocaleString('en')} pictures`]
      : []),
  ].join(' and ');
}
