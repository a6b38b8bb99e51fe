import { printable } from '../printable.ts';
import type { DeadLetter } from './dead-letter.ts';

/** Messages of one queue that are there by the same door, for the same reason, with the same type of event. */
export interface LetterGroup extends Pick<DeadLetter, 'door' | 'reason' | 'type'> {
  readonly count: number;
  /** The oldest of them. */
  readonly example: Pick<DeadLetter, 'messageId' | 'eventId' | 'error' | 'attempts'>;
}

/** The largest group first. A type carries its version: `fanbus.items/ItemReceived.v1`. */
export function groupLetters(letters: readonly DeadLetter[]): readonly LetterGroup[] {
  const groups = Map.groupBy(letters, ({ door, reason, type }) => JSON.stringify([door, reason, type]));
  return [...groups.values()]
    .flatMap(([first, ...others]): readonly LetterGroup[] => {
      if (first === undefined) return [];
      const { attempts, door, error, eventId, messageId, reason, type } = first;
      return [
        { door, reason, type, count: 1 + others.length, example: { messageId, eventId, error, attempts } },
      ];
    })
    .sort((a, b) => b.count - a.count);
}

/** A row for each group, for people: how many, where, by which door, of which type, why. */
export function groupRows(letters: readonly DeadLetter[], where: string): readonly (readonly string[])[] {
  return groupLetters(letters).map(({ count, door, reason, type }) => [
    String(count),
    where,
    door,
    printable(type ?? 'no event'),
    printable(reason),
  ]);
}
