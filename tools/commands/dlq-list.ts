import { defineCommand } from 'citty';
import { limitArgument, withDeadLetters } from '../dead-letters/open-dead-letters.ts';
import { listed, renderList } from '../dead-letters/render-list.ts';
import { readSelection, selectionArguments } from '../dead-letters/select-letters.ts';
import { createStopSignal } from '../stop-signal.ts';
import { targetArguments } from '../target/target-arguments.ts';

export const dlqList = defineCommand({
  meta: {
    name: 'dlq list',
    description:
      'Says what is in the dead-letter queues: how many messages, by which door they came, why, and of which type. Takes nothing out. Example: npx fanbus dlq list',
  },
  args: {
    consumer: selectionArguments.consumer,
    ...limitArgument,
    json: { type: 'boolean', description: 'Print one JSON list, a record for each queue', default: false },
    ...targetArguments,
  },
  async run({ args, rawArgs }) {
    const asked = {
      given: args,
      selection: readSelection(args, rawArgs),
      signal: createStopSignal(),
    };
    await withDeadLetters(asked, async ({ looks, target }) => {
      if (args.json) console.log(JSON.stringify(listed(looks), undefined, 2));
      else for (const line of renderList(looks, target)) console.log(line);
    });
  },
});
