import type { EventMap } from '../../generated/event-map.ts';
import type { OwnEvent } from '../../generated/events/own-event.ts';

/** The detail-type of any event that has a schema. */
export type EventType = keyof EventMap;

/** The detail-type of an event of ours, whose detail is `{ metadata, data }`. */
export type OwnEventType = {
  [Type in EventType]: EventMap[Type]['detail'] extends { data: unknown } ? Type : never;
}[EventType];

/** What a consumer may hear: events of a type with a schema, or every event of ours, of which it knows the metadata. */
export type ConsumableType = EventType | 'OwnEvent';

/** What an event of ours says beside its metadata. */
export type DataOf<Type extends OwnEventType> = EventMap[Type]['detail']['data'];

/** An event as EventBridge delivers it, its detail not yet known. */
export interface Envelope {
  readonly version: string;
  /** EventBridge's id. It changes when an event is forwarded to another bus: ours is `detail.metadata.eventId`. */
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
  /** Set when an archive replays the event. */
  readonly 'replay-name'?: string;
  readonly resources: readonly string[];
  readonly detail: unknown;
}

/** An event of this type as it is delivered; of several types a union, told apart by `event['detail-type']`. */
export type EventOf<Type extends ConsumableType> = {
  [One in Type]: Envelope &
    (One extends EventType
      ? {
          readonly source: EventMap[One]['source'];
          readonly 'detail-type': One;
          readonly detail: EventMap[One]['detail'];
        }
      : { readonly detail: OwnEvent });
}[Type];

/**
 * What code needs of an event type at run time, made by codegen: `generated/events/<name>.ts`. Imported one by one, so
 * that a function's bundle holds only the validators it uses.
 */
export interface Contract<Type extends ConsumableType> {
  readonly source: Type extends EventType ? EventMap[Type]['source'] : 'fanbus.*';
  readonly type: Type;
  readonly validate: Validate;
}

/** A compiled schema: false for a detail it refuses; `errors` then holds the first reason, until the next call. */
export interface Validate {
  (detail: unknown): boolean;
  errors?:
    | readonly { readonly instancePath: string; readonly message?: string; readonly params: object }[]
    | null;
}
