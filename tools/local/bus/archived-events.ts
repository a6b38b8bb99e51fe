import type { BusEvent } from './bus-event.ts';

/** An event without its parsed detail, which a replay makes again from the text. */
export type ArchivedEvent = Omit<BusEvent, 'detail'>;

/** The events of one archive. */
export interface ArchivedEvents {
  readonly count: number;
  readonly sizeBytes: number;
  add(event: ArchivedEvent): void;
  /** Forgets what was accepted before this time. */
  dropBefore(acceptedAt: number): void;
  /**
   * Gives the events of a window of event time (both ends included), minute by minute, up to `count` with each call and none at
   * the end. What is added from now on is not among them.
   */
  read(window: { readonly from: number; readonly to: number }): (count: number) => readonly ArchivedEvent[];
  clear(): void;
}

/** Keeps them in memory. */
export function createArchivedEvents(): ArchivedEvents {
  // Oldest first.
  const events: ArchivedEvent[] = [];
  let sizeBytes = 0;
  return {
    get count() {
      return events.length;
    },
    get sizeBytes() {
      return sizeBytes;
    },
    add(event) {
      events.push(event);
      sizeBytes += archivedBytes(event);
    },
    dropBefore(oldest) {
      const kept = events.findIndex(({ acceptedAt }) => acceptedAt >= oldest);
      const dropped = events.splice(0, kept < 0 ? events.length : kept);
      for (const event of dropped) sizeBytes -= archivedBytes(event);
    },
    read({ from, to }) {
      const found = events
        .filter((event) => from <= timeOf(event) && timeOf(event) <= to)
        .sort((a, b) => minuteOf(timeOf(a)) - minuteOf(timeOf(b)));
      return (count) => found.splice(0, count);
    },
    clear() {
      events.length = 0;
      sizeBytes = 0;
    },
  };
}

/** When the event says that it happened, in milliseconds. */
export function timeOf({ time }: ArchivedEvent): number {
  return Date.parse(time);
}

/** AWS replays minute by minute of event time, without order within a minute. */
export function minuteOf(ms: number): number {
  return Math.floor(ms / 60_000);
}

/** Source, detail-type and detail, and 20 for the time. */
export function archivedBytes({ source, detailType, detailText }: ArchivedEvent): number {
  return Buffer.byteLength(source) + Buffer.byteLength(detailType) + Buffer.byteLength(detailText) + 20;
}
