import { everyOwnEvent } from '../../services/runtime/subscription.ts';
import { ownEvent } from '../codegen/own-event.ts';
import { type EventSchema, isOurs } from '../codegen/schema-set.ts';
import { didYouMean } from '../nearest.ts';
import { UserError } from '../user-error.ts';

/** The event that is meant by `<source>/<detail-type>`, by the detail-type alone, or by `fanbus.*`. Throws `UserError` with the nearest. */
export function findEvent(word: string, events: readonly EventSchema[]): EventSchema {
  if (word === everyOwnEvent) return ownEvent;
  const found = events.find((event) => addressOf(event) === word || event.detailType === word);
  if (found !== undefined) return found;
  const names = events.flatMap((event) => (word.includes('/') ? addressOf(event) : event.detailType));
  throw new UserError(
    `no event "${word}".${didYouMean(word, names)} docs/events.md has them all; npx fanbus new event makes another.`,
  );
}

/** The same, where only one event of ours can be meant: `option` says where. */
export function findOwnEvent(word: string, events: readonly EventSchema[], option: string): EventSchema {
  const found = findEvent(word, events);
  if (found !== ownEvent && isOurs(found)) return found;
  throw new UserError(
    `${option} ${word} cannot be: it takes single events of ours. docs/events.md has them all.`,
  );
}

/** `<source>/<detail-type>`, the path of its schema; `fanbus.*` for every event of ours. */
export function addressOf(event: EventSchema): string {
  return event === ownEvent ? everyOwnEvent : `${event.source}/${event.detailType}`;
}
