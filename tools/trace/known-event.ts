import { metadataOf } from '../../services/runtime/metadata.ts';
import type { RecordAnswer, RecordedHop } from '../local/record/record-endpoint.ts';
import { parseJson } from '../parse-json.ts';
import { type RecordedEvent, rebuildEvent } from '../target/recorded-events.ts';
import type { Target } from '../target/target.ts';

/** An event as far as it could be found. */
export interface KnownEvent {
  readonly eventId: string;
  readonly source: string;
  readonly type: string;
  readonly occurredAt: string;
  readonly producer?: string;
  readonly correlationId?: string;
  readonly causationId?: string;
  /** As rules and consumers see it, JSON text. */
  readonly text: string;
  /** What what it caused may name as its cause. */
  readonly ids: readonly string[];
  /** The bus on which it was found. */
  readonly bus: string;
  /** What the local AWS remembers of it. */
  readonly hops: readonly RecordedHop[];
  /** SQS's ids of its messages there. */
  readonly messageIds: readonly string[];
}

/** An event of which the text is there, as a queue or an archive has it. Undefined for a text that is no event. */
export function readEventText(
  text: string,
  {
    bus,
    hops = [],
    messageIds = [],
  }: Pick<KnownEvent, 'bus'> & Partial<Pick<KnownEvent, 'hops' | 'messageIds'>>,
): KnownEvent | undefined {
  const event = parseJson(text);
  if (typeof event !== 'object' || event === null) return undefined;
  const { id, source, time, detail, 'detail-type': type } = event as Readonly<Record<string, unknown>>;
  if (typeof id !== 'string' || typeof source !== 'string' || typeof type !== 'string') return undefined;
  const metadata = metadataOf({ source, detail });
  const { correlationId, causationId, eventId = id, occurredAt = String(time), producer } = metadata ?? {};
  return {
    eventId,
    source,
    type,
    occurredAt,
    producer,
    correlationId,
    causationId,
    text,
    ids: [...new Set([eventId, id])],
    bus,
    hops,
    messageIds,
  };
}

/** An event of the analytics record. */
export function readRecordedEvent(recorded: RecordedEvent, target: Target): KnownEvent | undefined {
  return readEventText(JSON.stringify(rebuildEvent(recorded, target)), { bus: target.names.bus });
}

/** What the local AWS remembers, each event once, however often it was published. */
export function readAnswer({ events }: RecordAnswer): readonly KnownEvent[] {
  const known = events.flatMap(({ text, ...event }) => readEventText(text, event) ?? []);
  return [...Map.groupBy(known, ({ bus, eventId }) => `${bus} ${eventId}`).values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    return {
      ...first,
      ids: [...new Set(same.flatMap(({ ids }) => ids))],
      hops: same.flatMap(({ hops }) => hops).sort((a, b) => a.at.localeCompare(b.at)),
      messageIds: same.flatMap(({ messageIds }) => messageIds),
    };
  });
}
