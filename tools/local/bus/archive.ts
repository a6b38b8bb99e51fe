import type { Pattern } from '../rule/compile-pattern.ts';
import type { EventFields } from '../rule/event-fields.ts';
import { matchesPattern } from '../rule/match-pattern.ts';
import type { Bus } from './bus.ts';
import type { BusEvent } from './bus-event.ts';

/** What a bus has carried, kept for replays. */
export interface Archive {
  readonly name: string;
  readonly arn: string;
  readonly bus: Bus;
  readonly createdAt: number;
  /** Oldest first. */
  events: ArchivedEvent[];
  sizeBytes: number;
  /** Without one, everything is kept. */
  pattern: Pattern | undefined;
  description: string | undefined;
  /** 0 keeps them for ever. */
  retentionDays: number;
}

/** An event without its parsed detail, which a replay makes again from the text. */
export type ArchivedEvent = Omit<BusEvent, 'detail'>;

/** Adds the event if the archive wants it. What a replay brought back is never archived again. */
export function keepEvent(archive: Archive, event: BusEvent, fields: EventFields): void {
  if (event.replayName !== undefined) return;
  if (archive.pattern !== undefined && !matchesPattern(archive.pattern, fields)) return;
  const { detail: _, ...kept } = event;
  archive.events.push(kept);
  archive.sizeBytes += archivedBytes(kept);
}

/** Forgets what is older than the archive's retention. */
export function dropExpired(archive: Archive, now: number): void {
  if (archive.retentionDays === 0) return;
  const oldest = now - archive.retentionDays * 86_400_000;
  const expired = archive.events.findIndex(({ acceptedAt }) => acceptedAt >= oldest);
  const dropped = archive.events.splice(0, expired < 0 ? archive.events.length : expired);
  for (const event of dropped) archive.sizeBytes -= archivedBytes(event);
}

/** Source, detail-type and detail, and 20 for the time. */
function archivedBytes({ source, detailType, detailText }: ArchivedEvent): number {
  return Buffer.byteLength(source) + Buffer.byteLength(detailType) + Buffer.byteLength(detailText) + 20;
}
