import type { RecordedHop } from '../local/record/record-endpoint.ts';
import type { Consumer } from '../target/read-consumers.ts';
import type { KnownEvent } from './known-event.ts';
import type { Attempt } from './trace.ts';

/** What the local AWS remembers of an event at one consumer. */
export interface HopsAtConsumer {
  /** In the order of their ends. */
  readonly attempts: readonly Attempt[];
  /** The event entered its queue. */
  readonly isEnqueued: boolean;
  /** Why a rule could not deliver it. */
  readonly undeliverable?: string;
}

/** Reads an event's hops for what happened at a consumer. */
export function readHops(
  { hops, messageIds }: Pick<KnownEvent, 'hops' | 'messageIds'>,
  { deadLetters, queue, rules }: Consumer,
): HopsAtConsumer {
  const own = new Set(messageIds);
  const attempts: Attempt[] = [];
  const working = new Map<string, Attempt>();
  const durations = new Map<string, number>();
  let parked: string | undefined;
  let isEnqueued = false;
  let undeliverable: string | undefined;

  for (const hop of hops) {
    if (hop.kind === 'enqueued' && hop.queue === queue.name) isEnqueued = true;
    if (hop.kind === 'undeliverable' && rules.some(({ name }) => name === hop.rule)) {
      undeliverable = `${hop.code}: ${hop.message}`;
    }
    if (hop.kind === 'received' && hop.queue === queue.name && hop.caller === POLLER) {
      for (const id of idsIn(hop.messageIds, own)) working.set(id, { at: hop.at, outcome: 'working' });
    }
    if (hop.kind === 'invoked') durations.set(hop.requestId, Math.round(hop.durationMs));
    // A function sends it there before its batch ends.
    if (hop.kind === 'parked' && hop.queue === deadLetters?.name) parked = hop.reason ?? '';
    if (hop.kind === 'settled' && hop.queue === queue.name) {
      for (const id of idsIn([...hop.done, ...hop.failed], own)) {
        working.delete(id);
        attempts.push(settledAttempt(hop, { isFailed: hop.failed.includes(id), parked, durations }));
        parked = undefined;
      }
    }
  }
  return { attempts: [...attempts, ...working.values()], isEnqueued, undeliverable };
}

const POLLER = 'lambda.amazonaws.com';

function idsIn(ids: readonly string[], own: ReadonlySet<string>): readonly string[] {
  return ids.filter((id) => own.has(id));
}

function settledAttempt(
  { at, requestId }: Extract<RecordedHop, { kind: 'settled' }>,
  {
    durations,
    isFailed,
    parked,
  }: {
    readonly durations: ReadonlyMap<string, number>;
    readonly isFailed: boolean;
    readonly parked: string | undefined;
  },
): Attempt {
  const ms = durations.get(requestId ?? '');
  const invocation = { at, ...(requestId && { requestId }), ...(ms !== undefined && { ms }) };
  if (isFailed) return { ...invocation, outcome: 'retry' };
  if (parked === undefined) return { ...invocation, outcome: 'done' };
  return { ...invocation, outcome: 'park', reason: parked };
}
