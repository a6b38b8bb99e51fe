/** Where a fault can strike: one name per hop. */
export type Hop = 'source' | 'bus' | 'rule' | 'queue' | 'function' | 'fan-in';

/**
 * What can be made to go wrong, off by default.
 * - `duplicate`: the hop passes the thing on twice (`rule` delivers a target twice, `source` emits an event twice, `queue` delivers a message twice).
 * - `delay`: the hop waits `ms` first, on the engine's clock. A `function` hangs: the wait counts as its own time, and one
 *   that is as long as its time limit ends it there.
 * - `reorder`: the hop hands things on in a shuffled order.
 * - `throttle`: the hop refuses with AWS's throttling error (`fan-in`: a request or one statement of a batch).
 * - `crash`: `function`: the execution environment dies after the handler's effect and before its acknowledgement;
 *   with `afterRequests: n`, it dies right after its n-th request was answered, in the middle of the handler; with 0,
 *   before the handler has begun.
 */
export interface Fault {
  readonly hop: Hop;
  readonly effect: 'duplicate' | 'delay' | 'reorder' | 'throttle' | 'crash';
  /** Share of the chances at which it strikes, 0 to 1. @default 1 */
  readonly probability?: number;
  /** How often it strikes at most. @default without limit */
  readonly times?: number;
  /** Strikes only subjects whose name or content includes this text: a queue, rule, function or table name, or the request's text. @default all */
  readonly subject?: string;
  /** For `delay`: milliseconds. */
  readonly ms?: number;
  /** For `crash`: the request after whose answer the environment dies. @default at the handler's end */
  readonly afterRequests?: number;
}

export interface Faults {
  /** Adds a fault from now on. Returns the way to take it back. */
  inject(fault: Fault): () => void;
  /** The fault that strikes this subject at this hop now, if any; drawing it counts as one strike. */
  draw(hop: Hop, effect: Fault['effect'], subject: string): Fault | undefined;
  /** Whether any fault of this hop is injected: lets a hot path skip building the subject. */
  isArmed(hop: Hop): boolean;
  /** A number from the seeded sequence, 0 ≤ n < 1. */
  random(): number;
}

export function createFaults(options: {
  seed: number;
  onStrike: (fault: Fault, subject: string) => void;
}): Faults {
  const random = mulberry32(options.seed);
  const armed = new Map<Fault, { strikes: number }>();

  return {
    random,
    inject(fault) {
      const own = { ...fault };
      armed.set(own, { strikes: 0 });
      return () => armed.delete(own);
    },
    isArmed: (hop) => [...armed.keys()].some((fault) => fault.hop === hop),
    draw(hop, effect, subject) {
      for (const [fault, state] of armed) {
        if (fault.hop !== hop || fault.effect !== effect) continue;
        if (fault.subject !== undefined && !subject.includes(fault.subject)) continue;
        if (fault.times !== undefined && state.strikes >= fault.times) continue;
        if (random() >= (fault.probability ?? 1)) continue;
        state.strikes += 1;
        options.onStrike(fault, subject);
        return fault;
      }
      return undefined;
    },
  };
}

/** The mulberry32 generator: small, seedable, good enough to choose which chance a fault takes. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
