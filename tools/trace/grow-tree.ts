import type { KnownEvent } from './known-event.ts';

/** An event and what it caused. */
export interface Branch {
  readonly event: KnownEvent;
  readonly caused: readonly Branch[];
}

/** Puts events below those that they name as their cause, to so many generations; each is there once. */
export function growTree(
  root: KnownEvent,
  events: readonly KnownEvent[],
  depth = Number.POSITIVE_INFINITY,
): Branch {
  const byCause = Map.groupBy(events, ({ causationId = '' }) => causationId);
  const seen = new Set([root.eventId]);
  const grow = (event: KnownEvent, left: number): Branch => {
    const caused = left > 0 ? event.ids.flatMap((id) => byCause.get(id) ?? []) : [];
    const unseen = caused.filter(({ eventId }) => !seen.has(eventId));
    for (const { eventId } of unseen) seen.add(eventId);
    return {
      event,
      caused: unseen.sort((a, b) => placeOf(a).localeCompare(placeOf(b))).map((one) => grow(one, left - 1)),
    };
  };
  return grow(root, depth);
}

/** Events that were said together have the same time. */
function placeOf({ eventId, occurredAt }: KnownEvent): string {
  return `${occurredAt} ${eventId}`;
}

/** An event before what it caused. */
export function flatten({ caused, event }: Branch): readonly KnownEvent[] {
  return [event, ...caused.flatMap(flatten)];
}
