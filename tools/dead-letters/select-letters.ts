import { listOf } from '../list-of.ts';
import { didYouMeanOrAll } from '../nearest.ts';
import { UserError } from '../user-error.ts';
import type { DeadLetter } from './dead-letter.ts';
import type { DeadLetterQueue } from './find-queues.ts';

/** Which messages a command is about; each further option is a further condition. */
export const selectionArguments = {
  consumer: {
    type: 'string',
    description:
      'Of this consumer’s dead-letter queue alone, or that of a rule that forwards: uploads, images',
    valueHint: 'NAME',
  },
  message: { type: 'string', description: 'These messages, by SQS’s id', valueHint: 'ID…' },
  event: { type: 'string', description: 'These events, by their id', valueHint: 'ID…' },
  reason: {
    type: 'string',
    description: 'Those whose reason or error contains this, in any case',
    valueHint: 'TEXT',
  },
  type: { type: 'string', description: 'Those of these event types: ItemReceived.v1', valueHint: 'EVENT…' },
} as const;

export interface Selection {
  readonly consumer?: string;
  readonly messages: readonly string[];
  readonly events: readonly string[];
  readonly reason?: string;
  readonly types: readonly string[];
}

export function readSelection(
  { consumer, reason }: { readonly consumer?: string; readonly reason?: string },
  rawArgs: readonly string[],
): Selection {
  return {
    consumer,
    reason,
    messages: listOf(rawArgs, 'message'),
    events: listOf(rawArgs, 'event'),
    types: listOf(rawArgs, 'type'),
  };
}

/** The queues to look into. Throws `UserError` with those there are when there is none of that name. */
export function selectQueues(
  queues: readonly DeadLetterQueue[],
  { consumer }: Selection,
): readonly DeadLetterQueue[] {
  if (consumer === undefined) return queues;
  const found = queues.filter(({ of }) => of === consumer);
  if (found.length > 0) return found;
  const names = queues.map(({ of }) => of);
  throw new UserError(`"${consumer}" has no dead-letter queue there.${didYouMeanOrAll(consumer, names)}`);
}

/** Of the messages those that are meant. Throws `UserError` for an id that none of them has. */
export function selectLetters(
  letters: readonly DeadLetter[],
  { events, messages, reason, types }: Selection,
): readonly DeadLetter[] {
  refuseMissing('message', messages, new Set(letters.map(({ messageId }) => messageId)));
  refuseMissing('event', events, new Set(letters.flatMap(({ eventId }) => eventId ?? [])));
  const text = reason?.toLowerCase();
  return letters.filter(
    (letter) =>
      (messages.length + events.length === 0 ||
        messages.includes(letter.messageId) ||
        (letter.eventId !== undefined && events.includes(letter.eventId))) &&
      (text === undefined || `${letter.reason}\n${letter.error ?? ''}`.toLowerCase().includes(text)) &&
      (types.length === 0 || types.some((type) => isOfType(letter, type))),
  );
}

function refuseMissing(option: string, wanted: readonly string[], known: ReadonlySet<string>): void {
  const missing = wanted.filter((id) => !known.has(id));
  if (missing.length === 0) return;
  throw new UserError(
    `--${option} ${missing.join(', ')} is in no dead-letter queue that was looked into: fanbus dlq list says what is there. Somebody may have it in hand, or it was beyond --limit.`,
  );
}

function isOfType({ type }: DeadLetter, wanted: string): boolean {
  return type === wanted || type?.slice(type.indexOf('/') + 1) === wanted;
}

/** What a command that changes something takes in addition: nobody means all by saying nothing. */
export const allArgument = {
  all: { type: 'boolean', description: 'Of every dead-letter queue of the stage', default: false },
} as const;

/** Throws `UserError` unless the person has said which messages are meant. */
export function requireSelection(
  { consumer, events, messages }: Selection,
  { all }: { readonly all: boolean },
): void {
  if (all && consumer !== undefined) {
    throw new UserError(`--all means every queue, --consumer ${consumer} one: give the one or the other.`);
  }
  if (all || consumer !== undefined || events.length + messages.length > 0) return;
  throw new UserError('which messages? Give --consumer NAME, --message ID, --event ID, or --all.');
}
