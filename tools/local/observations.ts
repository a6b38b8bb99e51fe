/**
 * What every hop reports: one typed record for each thing that happened. Progress, trace, the bill and the tests
 * are views of these records, so a test waits on them instead of sleeping.
 */
export type Observation =
  /** A request reached the engine over the wire. An API's operation is its route, and `status` what it answered. */
  | {
      kind: 'requested';
      service: string;
      operation: string;
      caller: string;
      bytes: number;
      status?: number;
    }
  /** An object was created, deleted… in a bucket. */
  | { kind: 'stored'; bucket: string; key: string; bytes: number; reason: string }
  /**
   * A bus accepted an event. `bytes` is the entry's size as AWS counts it; `forwardedFrom` its id on the bus that a rule took it from;
   * `replayName` the replay that brought it back.
   */
  | {
      kind: 'published';
      bus: string;
      eventId: string;
      source: string;
      detailType: string;
      bytes: number;
      caller: string;
      forwardedFrom?: string;
      replayName?: string;
    }
  | { kind: 'matched'; bus: string; rule: string; eventId: string }
  /** `clause` is the path and condition of the pattern that the event did not meet. Only reported while somebody listens for it. */
  | { kind: 'unmatched'; bus: string; rule: string; eventId: string; clause: string }
  /** A bus accepted an event that none of its rules wants: AWS drops it without a word. */
  | { kind: 'unheard'; bus: string; eventId: string; source: string; detailType: string }
  /** A target has the event; a queue as the message `messageId`. */
  | {
      kind: 'delivered';
      bus: string;
      rule: string;
      eventId: string;
      target: string;
      attempt: number;
      messageId?: string;
    }
  /** An attempt to deliver failed for a reason that may pass; the next one follows after `waitMs`. */
  | {
      kind: 'retrying';
      bus: string;
      rule: string;
      eventId: string;
      target: string;
      attempt: number;
      code: string;
      message: string;
      waitMs: number;
    }
  | {
      kind: 'undeliverable';
      bus: string;
      rule: string;
      eventId: string;
      target: string;
      code: string;
      message: string;
    }
  /** A message entered a queue. `eventId` when its body is an event as EventBridge delivers it. */
  | {
      kind: 'enqueued';
      queue: string;
      messageId: string;
      bytes: number;
      caller: string;
      eventId?: string;
    }
  /** A poller or a client received messages. `bytes` is the sum of their bodies. */
  | { kind: 'received'; queue: string; messageIds: readonly string[]; bytes: number; caller: string }
  /** A function ran. `billedMs` counts as Lambda bills: whole milliseconds, initialisation included. */
  | {
      kind: 'invoked';
      function: string;
      requestId: string;
      durationMs: number;
      billedMs: number;
      memoryMb: number;
      maxRssMb: number;
      coldStart: boolean;
      error?: string;
      logBytes: number;
    }
  /** The poller knows how each message of a batch ended. `requestId` of the invocation; absent when the function took none. */
  | {
      kind: 'settled';
      queue: string;
      function: string;
      requestId?: string;
      done: readonly string[];
      failed: readonly string[];
    }
  /** The poller deleted messages that the mapping's filters do not want, without invoking the function. */
  | { kind: 'filtered'; queue: string; function: string; messageIds: readonly string[] }
  /** A function itself sent a message to a dead-letter queue. */
  | { kind: 'parked'; queue: string; messageId: string; caller: string; reason?: string }
  /** The engine moved a message to a dead-letter queue: a rule could not deliver it, or it was received too often. */
  | { kind: 'dead-lettered'; queue: string; messageId: string; door: 'rule' | 'redrive'; reason: string }
  /** Units that AWS would put on the bill, beyond one per request. */
  | {
      kind: 'billed';
      service: 'dynamodb';
      operation: string;
      table: string;
      writeUnits: number;
      readUnits: number;
      caller: string;
    }
  /** A function's role or a resource's policy did not allow this. `remedy` tells people the statement to add. */
  | { kind: 'denied'; caller: string; action: string; resource: string; remedy: string }
  /** An injected fault took effect. */
  | { kind: 'faulted'; hop: string; effect: string; subject: string };

export type ObservationKind = Observation['kind'];
export type ObservationOf<K extends ObservationKind> = Extract<Observation, { kind: K }>;

export interface Observations {
  report(observation: Observation): void;
  /** Calls back for each record of this kind. Returns the way to stop. */
  on<K extends ObservationKind>(kind: K, listener: (observation: ObservationOf<K>) => void): () => void;
  /** True while somebody listens for this kind: costly records are only made then. */
  isHeard(kind: ObservationKind): boolean;
  /**
   * Resolves with the first record of this kind that satisfies the predicate, looking at the recent past first.
   * Rejects after `timeoutMs` (default 20,000), saying which records of that kind it did see.
   */
  waitFor<K extends ObservationKind>(
    kind: K,
    predicate?: (observation: ObservationOf<K>) => boolean,
    options?: { timeoutMs?: number },
  ): Promise<ObservationOf<K>>;
  /** The recent records, oldest first: at most the last 10,000 of all kinds. */
  recent(): readonly Observation[];
}

export function createObservations(): Observations {
  const listeners = new Map<ObservationKind, Set<(observation: never) => void>>();
  const past: Observation[] = [];

  const on: Observations['on'] = (kind, listener) => {
    const heard = listeners.get(kind) ?? new Set();
    listeners.set(kind, heard.add(listener));
    return () => {
      heard.delete(listener);
    };
  };

  return {
    on,
    report(observation) {
      past.push(observation);
      // Trimmed in blocks: shifting one by one would cost O(n) for each record.
      if (past.length >= 2 * RECENT) past.splice(0, past.length - RECENT);
      for (const listener of listeners.get(observation.kind) ?? []) listener(observation as never);
    },
    isHeard: (kind) => (listeners.get(kind)?.size ?? 0) > 0,
    recent: () => past.slice(-RECENT),
    waitFor(kind, predicate = () => true, { timeoutMs = 20_000 } = {}) {
      type Found = ObservationOf<typeof kind>;
      const isOfKind = (observation: Observation): observation is Found => observation.kind === kind;
      const earlier = past.slice(-RECENT).filter(isOfKind).find(predicate);
      if (earlier) return Promise.resolve(earlier);
      return new Promise((resolve, reject) => {
        const stop = on(kind, (observation) => {
          if (!predicate(observation)) return;
          finish();
          resolve(observation);
        });
        const timer = setTimeout(() => {
          finish();
          const seen = past.filter(isOfKind).slice(-5);
          reject(
            new Error(
              `no "${kind}" observation satisfied the predicate within ${timeoutMs} ms; the last of that kind: ${JSON.stringify(seen)}`,
            ),
          );
        }, timeoutMs);
        function finish() {
          stop();
          clearTimeout(timer);
        }
      });
    },
  };
}

const RECENT = 10_000;
