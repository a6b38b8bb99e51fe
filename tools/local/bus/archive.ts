import type { Pattern } from '../rule/compile-pattern.ts';
import type { EventFields } from '../rule/event-fields.ts';
import { matchesPattern } from '../rule/match-pattern.ts';
import type { ArchivedEvents } from './archived-events.ts';
import type { Bus } from './bus.ts';
import type { BusEvent } from './bus-event.ts';

/** What a bus has carried, kept for replays. */
export interface Archive {
  readonly name: string;
  readonly arn: string;
  readonly bus: Bus;
  readonly createdAt: number;
  readonly events: ArchivedEvents;
  /** Without one, everything is kept. */
  pattern: Pattern | undefined;
  description: string | undefined;
  /** 0 keeps them for ever. */
  retentionDays: number;
}

/** Adds the event if the archive wants it. What a replay brought back is never archived again. */
export function keepEvent(archive: Archive, event: BusEvent, fields: EventFields): void {
  if (event.replayName !== undefined) return;
  if (archive.pattern !== undefined && !matchesPattern(archive.pattern, fields)) return;
  const { detail: _, ...kept } = event;
  archive.events.add(kept);
}

/** Forgets what is older than the archive's retention. */
export function dropExpired(archive: Archive, now: number): void {
  if (archive.retentionDays === 0) return;
  archive.events.dropBefore(now - archive.retentionDays * 86_400_000);
}
