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
  const invocations = new Map<string, Extract<RecordedHop, { kind: 'invoked' }>>();
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
    if (hop.kind === 'invoked') invocations.set(hop.requestId, hop);
    // A function sends it there before its batch ends.
    if (hop.kind === 'parked' && hop.queue === deadLetters?.name) parked = hop.reason ?? '';
    if (hop.kind === 'settled' && hop.queue === queue.name) {
      for (const id of idsIn([...hop.done, ...hop.failed], own)) {
        working.delete(id);
        const invocation = invocations.get(hop.requestId ?? '');
        attempts.push(settledAttempt(hop, { isFailed: hop.failed.includes(id), invocation, parked }));
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
    invocation: ran,
    isFailed,
    parked,
  }: {
    readonly invocation: Extract<RecordedHop, { kind: 'invoked' }> | undefined;
    readonly isFailed: boolean;
    readonly parked: string | undefined;
  },
): Attempt {
  const attempt = { at, ...(requestId && { requestId }), ...(ran && { ms: Math.round(ran.durationMs) }) };
  if (isFailed) return { ...attempt, outcome: 'retry', ...(ran?.error && { reason: ran.error }) };
  if (parked === undefined) return { ...attempt, outcome: 'done' };
  return { ...attempt, outcome: 'park', reason: parked };
}
