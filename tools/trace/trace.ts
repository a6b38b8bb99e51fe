import type { SchemaVerdict } from '../check-event.ts';
import type { FanInPart } from './read-fan-in.ts';

/** Where an event went. What only the local AWS knows is absent on AWS. */
export interface Trace {
  readonly event: TracedEvent;
  /** What was not looked at, or cannot be known, and how to learn of it. */
  readonly notes: readonly string[];
}

export interface TracedEvent {
  /** Ours; of an event that is not ours, EventBridge's. */
  readonly eventId: string;
  readonly source: string;
  readonly type: string;
  /** ISO 8601. */
  readonly occurredAt: string;
  readonly producer?: string;
  readonly correlationId?: string;
  readonly causationId?: string;
  /** Of its JSON as consumers receive it. */
  readonly bytes: number;
  /** What the schemas of this clone say of it. */
  readonly schema: SchemaVerdict;
  /** Each time that the bus took it in. Local only. */
  readonly publications?: readonly Publication[];
  readonly consumers: readonly ConsumerTrace[];
  /** What it is to a job of many parts. Of the event that was asked for, not of what it caused. */
  readonly fanIn?: FanInPart;
  /** The events that name it as their cause, in the order of their times. */
  readonly caused: readonly TracedEvent[];
}

export interface Publication {
  readonly at: string;
  readonly bus: string;
  /** A function, a service such as `s3.amazonaws.com`, or `user`. */
  readonly by: string;
  /** Its id on the bus that a rule took it from. */
  readonly forwardedFrom?: string;
  /** The replay that brought it back. */
  readonly replayName?: string;
}

/** What became of an event at one consumer. */
export interface ConsumerTrace {
  readonly consumer: string;
  readonly queue: string;
  /**
   * `unmatched`: no rule wants it. `waiting`: in the queue. `working`: in the function. `retrying`: it failed and comes again. `parked`,
   * `failed`, `undeliverable`: in the dead-letter queue by that door, or it was. `unknown`: a rule wants it, and nothing tells more.
   */
  readonly state:
    | 'done'
    | 'unmatched'
    | 'waiting'
    | 'working'
    | 'retrying'
    | 'parked'
    | 'failed'
    | 'undeliverable'
    | 'unknown';
  /** As they are deployed now. */
  readonly rules: readonly RuleTrace[];
  /** Each time that a function had it, in the order of their ends. */
  readonly attempts: readonly Attempt[];
  readonly deadLetter?: DeadLetterTrace;
}

/** What is in the consumer's dead-letter queue of an event, and why. */
export interface DeadLetterTrace {
  readonly queue: string;
  readonly door: 'undeliverable' | 'failed' | 'parked' | 'unknown';
  readonly reason: string;
  readonly error?: string;
}

export interface RuleTrace {
  readonly name: string;
  readonly isEnabled: boolean;
  readonly isMatch: boolean;
  /** What of its pattern the event does not meet. */
  readonly clause?: string;
  /** It was otherwise when the event was said: the rule is new or was changed since. Local only. @default false */
  readonly isChanged?: true;
}

export interface Attempt {
  /** When it ended; of one that goes on, when it began. ISO 8601. */
  readonly at: string;
  /** Lambda's id of the invocation. */
  readonly requestId?: string;
  readonly outcome: 'done' | 'retry' | 'failed' | 'park' | 'working';
  /** Why not `done`. */
  readonly reason?: string;
  /** Of the whole batch. */
  readonly ms?: number;
}
