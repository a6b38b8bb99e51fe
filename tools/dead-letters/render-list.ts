import { columns } from '../columns.ts';
import { countOf } from '../count-of.ts';
import { printable } from '../printable.ts';
import { commandAt } from '../target/command-at.ts';
import type { Target } from '../target/target.ts';
import { groupLetters, type LetterGroup } from './group-letters.ts';
import type { Look } from './look-into.ts';

/** What is in the dead-letter queues, for people. */
export function renderList(looks: readonly Look[], target: Pick<Target, 'options'>): readonly string[] {
  const full = looks.filter(({ inFlight, letters }) => letters.length + inFlight > 0);
  const empty = looks.length - full.length;
  const [first] = full;
  const isAll = empty === looks.length;
  return [
    ...full.flatMap((look) => [heading(look), ...rows(groupLetters(look.letters)), '']),
    ...(isAll
      ? [empty === 1 ? 'Its dead-letter queue is empty.' : `All ${empty} dead-letter queues are empty.`]
      : []),
    ...(empty > 0 && !isAll ? [`${empty} ${empty === 1 ? 'other is' : 'others are'} empty.`] : []),
    ...(first === undefined ? [] : [commandAt(target, `dlq show --consumer ${first.of}`)]),
  ];
}

/** The same for programs. */
export function listed(looks: readonly Look[]): readonly object[] {
  return looks.map((look) => ({
    of: look.of,
    queue: look.queue.name,
    from: look.from.kind,
    count: look.letters.length,
    unseen: look.unseen,
    inFlight: look.inFlight,
    oldest: look.letters[0]?.sentAt,
    groups: groupLetters(look.letters),
  }));
}

function heading({ from, inFlight, letters, of, retentionSeconds }: Look): string {
  const [oldest] = letters;
  const keptUntil =
    oldest && new Date(Date.parse(oldest.sentAt) + retentionSeconds * 1_000).toISOString().slice(0, 10);
  return [
    `${of}${ORIGINS[from.kind]}: ${countOf(letters.length, 'message')}`,
    ...(oldest ? [`the oldest since ${oldest.sentAt}, kept until ${keptUntil}`] : []),
    ...(inFlight > 0 ? [`${inFlight} in somebody else’s hands`] : []),
  ].join('; ');
}

const ORIGINS = {
  consumer: '',
  forwarding: ' (not forwarded to the bus)',
  nobody: ' (no rule feeds its consumer)',
} as const;

function rows(groups: readonly LetterGroup[]): readonly string[] {
  if (groups.length === 0) return [];
  return columns([
    ['COUNT', 'DOOR', 'TYPE', 'EXAMPLE', 'REASON'],
    ...groups.map(({ count, door, example, reason, type }) => [
      String(count),
      door,
      printable(type ?? 'no event'),
      printable(example.eventId ?? example.messageId),
      printable(short([reason, ...(example.error === undefined ? [] : [example.error])].join(': '))),
    ]),
  ]);
}

/** `show` has all of it. */
function short(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

const LONGEST = 160;
