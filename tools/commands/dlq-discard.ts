import { open } from 'node:fs/promises';
import { defineCommand } from 'citty';
import { columns } from '../columns.ts';
import { confirm } from '../confirm.ts';
import { countOf } from '../count-of.ts';
import { groupRows } from '../dead-letters/group-letters.ts';
import type { Look } from '../dead-letters/look-into.ts';
import { limitArgument, withDeadLetters } from '../dead-letters/open-dead-letters.ts';
import {
  allArgument,
  readSelection,
  requireSelection,
  selectionArguments,
} from '../dead-letters/select-letters.ts';
import { settleLetters } from '../dead-letters/settle-letters.ts';
import { createStopSignal } from '../stop-signal.ts';
import { targetArguments } from '../target/target-arguments.ts';
import { UserError } from '../user-error.ts';

export const dlqDiscard = defineCommand({
  meta: {
    name: 'dlq discard',
    description:
      'Deletes dead letters that nobody wants any more; each is saved to a file first. Example: npx fanbus dlq discard --consumer store-item --reason "not valid" --save discarded.ndjson --yes',
  },
  args: {
    ...selectionArguments,
    ...allArgument,
    ...limitArgument,
    save: {
      type: 'string',
      description: 'New file that keeps what is discarded, a JSON line for each message',
      valueHint: 'FILE',
    },
    unsaved: { type: 'boolean', description: 'Keep nothing of what is discarded', default: false },
    yes: { type: 'boolean', description: 'Do not ask', default: false },
    json: { type: 'boolean', description: 'Print {"selected","discarded"} at the end', default: false },
    ...targetArguments,
  },
  async run({ args, rawArgs }) {
    const { all, json, save, unsaved, yes } = args;
    const selection = readSelection(args, rawArgs);
    requireSelection(selection, { all });
    if (unsaved === (save !== undefined)) {
      throw new UserError('what is discarded is gone for good: give --save FILE to keep it, or --unsaved.');
    }
    const signal = createStopSignal();
    await withDeadLetters({ given: args, selection, signal }, async ({ chosen, looks, sqs }) => {
      const selected = chosen.length;
      if (selected === 0) {
        console.log(json ? JSON.stringify({ selected, discarded: 0 }) : 'There is nothing to discard.');
        return;
      }
      if (!json) for (const line of renderPlan(looks, new Set(chosen))) console.log(line);
      await confirm(`Discard ${countOf(selected, 'message')}?`, { isYes: yes, signal });
      let discarded = 0;
      const copy = save === undefined ? undefined : await openNew(save);
      try {
        const byId = new Map(chosen.map((letter) => [letter.messageId, letter]));
        await settleLetters(chosen, {
          looks,
          shownAs: json ? undefined : 'discarded',
          async settle(messages) {
            const lines = messages.map(({ MessageId = '' }) => `${JSON.stringify(byId.get(MessageId))}\n`);
            await copy?.appendFile(lines.join(''));
            await copy?.datasync();
          },
          onSettled: (count) => {
            discarded += count;
          },
          sqs,
          signal,
        });
      } finally {
        await copy?.close();
        const kept = save === undefined ? '' : `; ${save} keeps what they said`;
        console.log(
          json
            ? JSON.stringify({ selected, discarded })
            : `${discarded} of ${countOf(selected, 'message')} discarded${kept}.`,
        );
      }
    });
  },
});

async function openNew(file: string) {
  return open(file, 'wx').catch((cause: NodeJS.ErrnoException) => {
    const problem = cause.code === 'EEXIST' ? 'it is there already: name a new one' : cause.message;
    throw new UserError(`--save ${file} cannot be written: ${problem}.`, { cause });
  });
}

function renderPlan(looks: readonly Look[], chosen: ReadonlySet<unknown>): readonly string[] {
  const rows = looks.flatMap(({ letters, of }) =>
    groupRows(
      letters.filter((letter) => chosen.has(letter)),
      of,
    ),
  );
  return ['To discard:', ...columns(rows)];
}
