import { type BusEvent, envelopeOf } from '../bus/bus-event.ts';
import type { Clock } from '../clock.ts';
import type { Observation, ObservationKind, ObservationOf, Observations } from '../observations.ts';

/** What the engine remembers of each event that a bus accepted: its text, and what happened to it and to its messages. */
export interface EventRecord {
  /** Begins, or goes on, to remember an event. */
  keep(bus: string, event: BusEvent): void;
  /** The events whose text contains this, that were forwarded under it, or one of whose messages has it as its id; oldest first. */
  find(text: string): readonly RecordedEvent[];
  /** Since when it remembers every event, in milliseconds: from its start, or from the oldest event that had room. */
  since(): number;
  close(): void;
}

export interface RecordedEvent {
  readonly eventId: string;
  readonly bus: string;
  /** As targets receive it, JSON text. */
  readonly text: string;
  /** SQS's ids of the messages that it became. */
  readonly messageIds: readonly string[];
  readonly hops: readonly Hop[];
}

/** One thing that happened to an event, or to a batch in which a message of it was. */
export interface Hop {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly observation: Observation;
}

/**
 * Keeps the newest events that fit. It holds the texts that archives and queues hold too, and one hop for all events of a batch, so
 * it costs a busy bus little.
 */
export function createRecord({
  clock,
  observations,
  limitBytes = 64 * 1_048_576,
}: {
  readonly clock: Clock;
  readonly observations: Observations;
  /** Of texts and hops, roughly. @default 64 MiB */
  readonly limitBytes?: number;
}): EventRecord {
  const events = new Map<string, Entry>();
  const byMessage = new Map<string, Entry>();
  const invocations = new Map<string, Hop>();
  let bytes = 0;
  let completeSince = clock.now();
  const stops = [
    ...(['matched', 'unheard', 'retrying', 'undeliverable'] as const).map((kind) => on(kind, ofEvent)),
    // Whose text follows.
    on('published', (hop) => add(open(hop.observation.eventId), hop)),
    on('enqueued', (hop) => {
      const { eventId, messageId } = hop.observation;
      if (eventId !== undefined) own(eventId, messageId);
      ofMessages(hop, [messageId]);
    }),
    on('delivered', (hop) => {
      const { eventId, messageId } = hop.observation;
      if (messageId !== undefined) own(eventId, messageId);
      ofEvent(hop);
    }),
    on('received', (hop) => ofMessages(hop, hop.observation.messageIds)),
    on('filtered', (hop) => ofMessages(hop, hop.observation.messageIds)),
    on('parked', (hop) => ofMessages(hop, [hop.observation.messageId])),
    on('dead-lettered', (hop) => ofMessages(hop, [hop.observation.messageId])),
    on('invoked', (hop) => {
      invocations.set(hop.observation.requestId, hop);
      const [oldest] = invocations.keys();
      if (invocations.size > UNSETTLED && oldest !== undefined) invocations.delete(oldest);
    }),
    on('settled', (hop) => {
      const { done, failed, requestId = '' } = hop.observation;
      const invocation = invocations.get(requestId);
      invocations.delete(requestId);
      const ids = [...done, ...failed];
      if (invocation) ofMessages(invocation, ids);
      ofMessages(hop, ids);
    }),
  ];

  return {
    keep(bus, event) {
      const entry = open(event.id);
      const text = envelopeOf(event);
      bytes += text.length - entry.text.length;
      Object.assign(entry, { bus, text, forwardedFrom: event.forwardedFrom });
      forgetOldest();
    },
    find: (text) =>
      [...events.values()]
        .filter(
          (entry) =>
            entry.text.includes(text) || entry.forwardedFrom === text || entry.messageIds.includes(text),
        )
        .map(({ bus, eventId, hops, messageIds, text: ofEvent }) => ({
          bus,
          eventId,
          messageIds,
          hops,
          text: ofEvent,
        })),
    since: () => completeSince,
    close() {
      for (const stop of stops) stop();
    },
  };

  function on<K extends ObservationKind>(
    kind: K,
    listener: (hop: Hop & { readonly observation: ObservationOf<K> }) => void,
  ): () => void {
    return observations.on(kind, (observation) => listener({ at: clock.now(), observation }));
  }

  function open(eventId: string): Entry {
    const known = events.get(eventId);
    if (known) return known;
    const entry: Entry = { eventId, bus: '', text: '', hops: [], messageIds: [], at: clock.now() };
    events.set(eventId, entry);
    return entry;
  }

  function own(eventId: string, messageId: string): void {
    const entry = events.get(eventId);
    if (entry === undefined || byMessage.has(messageId)) return;
    byMessage.set(messageId, entry);
    entry.messageIds.push(messageId);
  }

  function ofEvent(hop: Hop & { readonly observation: { readonly eventId: string } }): void {
    add(events.get(hop.observation.eventId), hop);
  }

  function ofMessages(hop: Hop, messageIds: readonly string[]): void {
    for (const id of messageIds) add(byMessage.get(id), hop);
  }

  function add(entry: Entry | undefined, hop: Hop): void {
    // Messages of one event may be in one batch.
    if (entry === undefined || entry.hops.at(-1) === hop) return;
    entry.hops.push(hop);
    bytes += HOP_BYTES;
    forgetOldest();
  }

  function forgetOldest(): void {
    for (const [eventId, { hops, messageIds, text }] of events) {
      if (bytes <= limitBytes || events.size === 1) return;
      events.delete(eventId);
      for (const id of messageIds) byMessage.delete(id);
      bytes -= text.length + hops.length * HOP_BYTES;
      completeSince = events.values().next().value?.at ?? completeSince;
    }
  }
}

interface Entry {
  readonly eventId: string;
  bus: string;
  text: string;
  forwardedFrom?: string;
  readonly at: number;
  readonly hops: Hop[];
  readonly messageIds: string[];
}

/** Measured: an observation, its hop, and their places in lists and maps. */
const HOP_BYTES = 200;

/** Invocations whose batch may still be settled: more than can run at a time. */
const UNSETTLED = 10_000;
