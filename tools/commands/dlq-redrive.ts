import type { Message, SQSClient } from '@aws-sdk/client-sqs';
import { defineCommand } from 'citty';
import { createEventChecker } from '../check-event.ts';
import { columns } from '../columns.ts';
import { confirm } from '../confirm.ts';
import { countOf } from '../count-of.ts';
import type { DeadLetter } from '../dead-letters/dead-letter.ts';
import { editEvent, readEditedEvent } from '../dead-letters/edited-event.ts';
import { groupRows } from '../dead-letters/group-letters.ts';
import { limitArgument, withDeadLetters } from '../dead-letters/open-dead-letters.ts';
import { createReturnPlanner, type Return } from '../dead-letters/plan-return.ts';
import {
  allArgument,
  readSelection,
  requireSelection,
  selectionArguments,
} from '../dead-letters/select-letters.ts';
import { settleLetters } from '../dead-letters/settle-letters.ts';
import { printable } from '../printable.ts';
import { createStopSignal } from '../stop-signal.ts';
import { readRate } from '../target/read-rate.ts';
import { sendMessages } from '../target/send-messages.ts';
import { targetArguments } from '../target/target-arguments.ts';
import { UserError } from '../user-error.ts';

export const dlqRedrive = defineCommand({
  meta: {
    name: 'dlq redrive',
    description:
      'Puts dead letters back to the one consumer that they were for, and deletes each only when its queue has accepted it. What would only be parked again is refused. Exits with 1 when a message that was meant is not back. Example: npx fanbus dlq redrive --consumer store-item --rate 50 --yes',
  },
  args: {
    ...selectionArguments,
    ...allArgument,
    ...limitArgument,
    rate: {
      type: 'string',
      description: 'Messages a second. Default: as fast as SQS takes them',
      valueHint: 'N',
    },
    body: {
      type: 'string',
      description: 'Put one message back with the event in this file',
      valueHint: 'FILE',
    },
    edit: {
      type: 'boolean',
      description: 'Change the event of one message in $VISUAL or $EDITOR first',
      default: false,
    },
    force: { type: 'boolean', description: 'Also what would only be parked again', default: false },
    'dry-run': { type: 'boolean', description: 'Say what would be done, and do nothing', default: false },
    yes: { type: 'boolean', description: 'Do not ask', default: false },
    json: {
      type: 'boolean',
      description: 'Print {"selected","back","refused"} at the end',
      default: false,
    },
    ...targetArguments,
  },
  async run({ args, rawArgs }) {
    const { all, body, edit, force, json, yes } = args;
    const rate = readRate(args.rate);
    const selection = readSelection(args, rawArgs);
    requireSelection(selection, { all });
    if (edit && body !== undefined) throw new UserError('--edit and --body both change the event: give one.');
    const signal = createStopSignal();
    const asked = { given: args, selection, signal };

    await withDeadLetters(asked, async ({ chosen, consumers, looks, sqs }) => {
      const edited = await editedBody(chosen, { body, edit });
      signal.throwIfAborted();
      const plan = createReturnPlanner({ check: createEventChecker(), consumers });
      const meant = new Set(chosen);
      const ways = looks.flatMap((look) =>
        look.letters.filter((letter) => meant.has(letter)).map((letter) => plan(letter, look, edited)),
      );
      const canGo = ({ problem, to }: Return) => to.length > 0 && (problem === undefined || force);
      const going = ways.filter(canGo);
      const refused = ways.filter((way) => !canGo(way));
      if (!json) for (const line of renderPlan(going, refused)) console.log(line);

      const isAsking = going.length > 0 && !args['dry-run'];
      if (isAsking) await confirm(`Put ${countOf(going.length, 'message')} back?`, { isYes: yes, signal });
      let back = 0;
      try {
        if (isAsking) {
          await settleLetters(
            going.map(({ letter }) => letter),
            {
              looks,
              settle: createSender(going, sqs),
              rate,
              shownAs: json ? undefined : 'back',
              onSettled: (count) => {
                back += count;
              },
              sqs,
              signal,
            },
          );
        }
      } finally {
        if (json) console.log(JSON.stringify({ selected: ways.length, back, refused: refused.map(named) }));
        else if (isAsking) console.log(`${back} of ${countOf(going.length, 'message')} back.`);
      }
      if (refused.length > 0 && !args['dry-run']) {
        throw new UserError(
          `${countOf(refused.length, 'message')} stayed: put right what is against it, --edit the event, give another as --body, or --force it.`,
        );
      }
    });
  },
});

/** Sends messages the way that was planned for them. */
function createSender(
  ways: readonly Return[],
  sqs: SQSClient,
): (messages: readonly Message[]) => Promise<void> {
  const byId = new Map(ways.map((way) => [way.letter.messageId, way]));
  return (messages) =>
    sendMessages(
      messages.flatMap(({ MessageId = '' }) => {
        const { body = '', to = [] } = byId.get(MessageId) ?? {};
        return to.map(({ queue }) => ({ queueUrl: queue.url, body }));
      }),
      sqs,
    );
}

async function editedBody(
  letters: readonly DeadLetter[],
  { body, edit }: { readonly body?: string; readonly edit: boolean },
): Promise<string | undefined> {
  if (body === undefined && !edit) return undefined;
  const [letter, ...others] = letters;
  if (letter === undefined || others.length > 0) {
    throw new UserError(
      `an edited event is for one message, ${letters.length} are chosen: say which with --message, or --consumer and --event.`,
    );
  }
  return body === undefined ? editEvent(letter.body) : readEditedEvent(body);
}

function renderPlan(going: readonly Return[], refused: readonly Return[]): readonly string[] {
  if (going.length + refused.length === 0) return ['There is nothing to put back.'];
  const routes = Map.groupBy(going, ({ letter, to }) =>
    [letter.of, to.map(({ name }) => name).join(', ')].join(' → '),
  );
  const rows = [...routes].flatMap(([route, ways]) =>
    groupRows(
      ways.map(({ letter }) => letter),
      route,
    ),
  );
  const stays = refused.map(({ letter, problem = '' }) => [letter.of, letter.messageId, printable(problem)]);
  return [
    ...(rows.length === 0 ? [] : ['To put back:', ...columns(rows)]),
    ...(stays.length === 0 ? [] : ['Refused:', ...columns(stays)]),
  ];
}

function named({ letter: { eventId, messageId, of }, problem }: Return): object {
  return { of, messageId, eventId, problem };
}
