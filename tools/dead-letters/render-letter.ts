import { columns } from '../columns.ts';
import { parseJson } from '../parse-json.ts';
import { printable } from '../printable.ts';
import { commandAt } from '../target/command-at.ts';
import type { Target } from '../target/target.ts';
import type { Look } from './look-into.ts';
import type { Return } from './plan-return.ts';

/** A message in full, for people: why it is there, what it says, and what would put it back. */
export function renderLetter(
  { letter, problem, to, verdict }: Return,
  { look, target: place }: { readonly look: Look; readonly target: Pick<Target, 'options'> },
): readonly string[] {
  const { attempts, correlationId, door, error, eventId, reason, rule, sentAt, target, type } = letter;
  const keptUntil = new Date(Date.parse(sentAt) + look.retentionSeconds * 1_000).toISOString();
  const fields: readonly (readonly [string, string | undefined])[] = [
    ['message', letter.messageId],
    ['in', `${letter.of}: ${look.queue.name}`],
    ['event', eventId],
    ['type', type],
    ['correlation', correlationId],
    ['door', `${door}: ${DOORS[door]}`],
    ['reason', reason],
    ['error', error],
    ['tried', attempts === undefined ? undefined : attempts === 1 ? 'once' : `${attempts} times`],
    ['rule', rule],
    ['its target', target],
    ['since', `${sentAt}, kept until ${keptUntil}`],
    ['schema', verdict.result === 'valid' ? 'valid today' : verdict.problem],
    ['goes to', to.map(({ name }) => name).join(', ') || undefined],
    ['against it', problem],
  ];
  const told = fields.flatMap(([name, value]) => (value === undefined ? [] : [[name, printable(value)]]));
  const command = (words: string) => `  ${commandAt(place, words)}`;
  return [
    ...columns(told, ''),
    '',
    ...eventLines(letter.body),
    '',
    ...(to.length === 0
      ? []
      : [
          command(
            `dlq redrive --consumer ${letter.of} --message ${letter.messageId}${problem === undefined ? '' : ' --edit'}`,
          ),
        ]),
    ...(eventId === undefined ? [] : [command(`trace ${eventId}`)]),
  ];
}

const DOORS = {
  undeliverable: 'its rule could not deliver it',
  failed: 'its function failed too often',
  parked: 'its consumer put it aside',
  unknown: 'none that Fanbus knows',
} as const;

/** The same for programs; `event` is text when the body is no JSON. */
export function shown({ letter: { body, ...letter }, problem, to, verdict }: Return): object {
  return { ...letter, verdict, goesTo: to.map(({ name }) => name), problem, event: eventOf(body) };
}

function eventLines(body: string): readonly string[] {
  const event = eventOf(body);
  const text = typeof event === 'string' ? body : JSON.stringify(event, undefined, 2);
  return text.split('\n').map((line) => `  ${printable(line)}`);
}

function eventOf(body: string): unknown {
  return parseJson(body) ?? body;
}
