import { defineCommand } from 'citty';
import { confirm } from '../confirm.ts';
import { deployArguments, readNames } from '../deploy/read-arguments.ts';
import { createStopSignal } from '../stop-signal.ts';
import { enterTarget } from '../target/enter-target.ts';

export const destroy = defineCommand({
  meta: {
    name: 'destroy',
    description:
      'Deletes consumers, or the whole stage, after it has said what is lost with them. Example: npx fanbus destroy make-thumbnails',
  },
  args: {
    ...deployArguments,
    yes: { type: 'boolean', description: 'Do not ask', default: false },
  },
  async run({ args, rawArgs }) {
    const names = readNames(rawArgs);
    const signal = createStopSignal();
    const target = await enterTarget(args);
    // Loaded late: help and refusals are told at once.
    const { openDestruction } = await import('../deploy/open-destruction.ts');
    const { renderDestruction } = await import('../deploy/render-destruction.ts');
    const { close, run, stacks } = await openDestruction({ target, names, signal });
    try {
      const write = (text: string) => (args.json ? process.stderr : process.stdout).write(text);
      if (!args.json) write(renderDestruction(stacks));
      if (stacks.length > 0) {
        await confirm(
          `Destroy ${stacks.length === 1 ? stacks[0]?.name : `these ${stacks.length} stacks`} on ${target.label}?`,
          {
            isYes: args.yes,
            signal,
          },
        );
        await run((name, seconds) =>
          write(`  ✔ ${name.padEnd(40)} ${seconds.toFixed(1).padStart(6)} s  gone\n`),
        );
      }
      if (args.json) console.log(JSON.stringify({ destroyed: stacks }));
    } finally {
      close();
    }
  },
});
