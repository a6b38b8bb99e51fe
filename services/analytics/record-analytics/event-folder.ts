import type { EventOf } from '../../runtime/event.ts';

/** Where the bucket keeps events. */
export const eventsPrefix = 'events/';

/**
 * The folder of an event's file, as Hive names partitions: `events/source=…/type=…/date=YYYY-MM-DD/hour=HH/`, in UTC, by when
 * it happened. Undefined for names and moments that no folder can have.
 */
export function eventFolder({
  source,
  'detail-type': type,
  detail,
}: EventOf<'OwnEvent'>): string | undefined {
  const happenedAt = Date.parse(detail.metadata.occurredAt);
  if (!isName(source) || !isName(type) || Number.isNaN(happenedAt)) return undefined;
  const [, date, hour] = /^(\d{4}-\d\d-\d\d)T(\d\d)/.exec(new Date(happenedAt).toISOString()) ?? [];
  return date && hour && `${eventsPrefix}source=${source}/type=${type}/date=${date}/hour=${hour}/`;
}

/** Codegen allows our events no other; all together they fit S3's 1,024 bytes of a key. */
function isName(text: string): boolean {
  return /^[\w.-]+$/.test(text);
}
