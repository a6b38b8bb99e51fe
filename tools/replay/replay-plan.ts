import type { EventCheck } from '../check-event.ts';
import type { KeptArchive } from '../target/read-archive.ts';
import type { Consumer } from '../target/read-consumers.ts';
import type { Target } from '../target/target.ts';
import type { Selection } from './selection.ts';

/** What a replay would do, as far as can be known beforehand: AWS lets nobody read an archive. */
export interface ReplayPlan {
  readonly since: string;
  readonly until: string;
  /** JSON text. @default every event */
  readonly pattern?: string;
  readonly archive: { readonly name: string; readonly retentionDays: number; readonly events: number };
  /** Where the counts come from: the analytics record, or a share of the archive's count by time alone. */
  readonly basis: 'record' | 'archive';
  readonly events: number;
  /** Whether there may be others: the record has no events of AWS, and those are told by what they caused alone. */
  readonly isAtLeast: boolean;
  /** Most first. Empty when the archive is the basis. */
  readonly types: readonly PlannedType[];
  readonly consumers: readonly PlannedConsumer[];
  /** Events that today's schemas refuse: they are not handed on. */
  readonly misfits: readonly Misfit[];
  /** Events a second; absent without a rate. */
  readonly rate?: number;
  /** At that rate. */
  readonly seconds?: number;
  /** What AWS charges for the way into the consumers' queues, in US dollars; not what the consumers do then. */
  readonly usd: number;
  /** What might surprise. */
  readonly warnings: readonly string[];
}

export interface PlannedType {
  /** `fanbus.tasks/TaskRowsRead.v1`; `aws.s3/Object Created` for what the record does not have. */
  readonly type: string;
  readonly events: number;
  readonly isAtLeast: boolean;
}

export interface PlannedConsumer {
  readonly name: string;
  /** How many events it gets; absent when that is not known. */
  readonly events?: number;
  readonly isAtLeast: boolean;
  /** Of these, how many happened before its queue was there. */
  readonly before?: number;
  /** Of these, how many it has answered at least: what it said names them as its cause. Absent when nothing it said is on record. */
  readonly applied?: number;
}

/** An event that today's schema refuses. */
export interface Misfit {
  readonly type: string;
  readonly eventId: string;
  /** The field, its value and what is allowed. */
  readonly problem: string;
}

export interface PlanOptions {
  readonly target: Target;
  readonly archive: KeptArchive;
  readonly selection: Selection;
  /** Who is to get the events. */
  readonly consumers: readonly Consumer[];
  /** Today's schemas. */
  readonly check: EventCheck;
  /** Events a second. @default as fast as it goes */
  readonly rate?: number;
  /** Whether the analytics record is read. */
  readonly isRecordRead: boolean;
  readonly signal: AbortSignal;
}

/** What is counted of a selection. */
export type Counts = Pick<ReplayPlan, 'basis' | 'events' | 'isAtLeast' | 'types' | 'consumers' | 'misfits'>;
