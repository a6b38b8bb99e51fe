import { randomUUID } from 'node:crypto';
import { type EventFields, readFields } from '../rule/event-fields.ts';

/** An event that a bus has accepted. */
export interface BusEvent {
  readonly id: string;
  readonly detailType: string;
  readonly source: string;
  readonly account: string;
  /** `YYYY-MM-DDTHH:MM:SSZ`. */
  readonly time: string;
  readonly region: string;
  /** Set on an event that a replay has brought back. */
  readonly replayName?: string;
  readonly resources: readonly string[];
  /** Compact JSON, numbers and duplicate keys as the publisher wrote them. */
  readonly detailText: string;
  /** The same, parsed with `parseEvent`. */
  readonly detail: unknown;
  /** When the bus took it in, in milliseconds. */
  readonly acceptedAt: number;
  /** The X-Ray header it was published with; travels beside the event. */
  readonly traceHeader?: string;
  /** The entry's size as PutEvents counts it. */
  readonly bytes: number;
  /** Its id on the other bus whose rule sent it: it may not be sent to a further bus. @default it was put here */
  readonly forwardedFrom?: string;
}

/** The event as targets receive it: AWS's keys in AWS's order, compact. */
export function envelopeOf(event: BusEvent): string {
  const known = envelopes.get(event);
  if (known !== undefined) return known;
  const { detail: _, ...head } = headOf(event);
  const envelope = `${JSON.stringify(head).slice(0, -1)},"detail":${event.detailText}}`;
  envelopes.set(event, envelope);
  return envelope;
}

// Several targets receive one event: its text is made once.
const envelopes = new WeakMap<BusEvent, string>();

/** The event as patterns and input paths see it. */
export function eventObjectOf(event: BusEvent): Readonly<Record<string, unknown>> {
  return headOf(event);
}

/** The event's leaves for matching. */
export function fieldsOf(event: BusEvent): EventFields {
  return readFields(eventObjectOf(event));
}

/** The same event under a new id, as AWS gives it on its way to another bus. */
export function forwardedEvent(event: BusEvent, acceptedAt: number): BusEvent {
  return { ...event, id: randomUUID(), acceptedAt, forwardedFrom: event.id };
}

/** A time as the envelope shows it: UTC, whole seconds. */
export function envelopeTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** JSON text without the white space between its parts, all else as written. */
export function compactJson(text: string): string {
  return /\s/.test(text) ? text.replace(/("[^"\\]*(?:\\.[^"\\]*)*")|\s+/g, '$1') : text;
}

function headOf(event: BusEvent) {
  return {
    version: '0',
    id: event.id,
    'detail-type': event.detailType,
    source: event.source,
    account: event.account,
    time: event.time,
    region: event.region,
    ...(event.replayName === undefined ? {} : { 'replay-name': event.replayName }),
    resources: event.resources,
    detail: event.detail,
  };
}
