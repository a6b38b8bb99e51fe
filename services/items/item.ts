import type { EventOf } from '../runtime/event.ts';

/** Something that was sent: what one `ItemReceived.v1` says. */
export interface Item {
  /** The event's own id: the same event again is the same item. */
  readonly itemId: string;
  readonly owner: string;
  /** What its owner knows it by. */
  readonly id: string;
  readonly content?: Content;
  /** ISO 8601 in UTC. */
  readonly receivedAt: string;
}

/** Any JSON object. */
export type Content = Readonly<Record<string, unknown>>;

export function itemOf({ detail: { metadata, data } }: EventOf<'ItemReceived.v1'>): Item {
  const { owner, id, content } = data;
  return { itemId: metadata.eventId, owner, id, content, receivedAt: metadata.occurredAt };
}
