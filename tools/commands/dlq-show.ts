import { defineCommand } from 'citty';
import { createEventChecker } from '../check-event.ts';
import { limitArgument, withDeadLetters } from '../dead-letters/open-dead-letters.ts';
import { createReturnPlanner } from '../dead-letters/plan-return.ts';
import { renderLetter, shown } from '../dead-letters/render-letter.ts';
import { readSelection, selectionArguments } from '../dead-letters/select-letters.ts';
import { createStopSignal } from '../stop-signal.ts';
import { targetArguments } from '../target/target-arguments.ts';

export const dlqShow = defineCommand({
  meta: {
    name: 'dlq show',
    description:
      'Shows dead letters in full: why each is there, the event, whether its schema accepts it today, and the command that puts it back. Takes nothing out. Example: npx fanbus dlq show --consumer create-tasks --reason "not valid"',
  },
  args: {
    ...selectionArguments,
    ...limitArgument,
    json: {
      type: 'boolean',
      description: 'Print one JSON list; "event" is what redrive --body takes',
      default: false,
    },
    ...targetArguments,
  },
  async run({ args, rawArgs }) {
    const selection = readSelection(args, rawArgs);
    const asked = { given: args, selection, signal: createStopSignal() };
    await withDeadLetters(asked, async ({ chosen, consumers, looks, target }) => {
      const plan = createReturnPlanner({ check: createEventChecker(), consumers });
      const meant = new Set(chosen);
      const found = looks.flatMap((look) =>
        look.letters
          .filter((letter) => meant.has(letter))
          .map((letter) => ({ look, way: plan(letter, look) })),
      );
      if (args.json) {
        console.log(
          JSON.stringify(
            found.map(({ way }) => shown(way)),
            undefined,
            2,
          ),
        );
        return;
      }
      if (found.length === 0) console.log('There is no such message.');
      for (const { look, way } of found.slice(0, MOST)) {
        console.log(`${renderLetter(way, { look, target }).join('\n')}\n`);
      }
      if (found.length > MOST) {
        console.log(
          `${found.length - MOST} more: say which with --message, --event, --reason or --type; --json prints all.`,
        );
      }
    });
  },
});

/** More is not read by anybody on a screen. */
const MOST = 10;
