import { setTimeout as wait } from 'node:timers/promises';

/** Lets no more than so many through in a second. */
export interface Pace {
  /** Resolves when this many more may go; at once without a rate. Rejects with the signal's reason when it is aborted. */
  next(count: number): Promise<void>;
  /** Begins anew: what was not let through while nobody asked is not made up for. */
  reset(): void;
}

export function createPace({
  perSecond,
  signal,
}: {
  /** @default no limit */
  readonly perSecond?: number;
  readonly signal: AbortSignal;
}): Pace {
  let dueAt = 0;
  return {
    async next(count) {
      signal.throwIfAborted();
      if (perSecond === undefined) return;
      const now = performance.now();
      const at = Math.max(dueAt, now);
      dueAt = at + (count * 1_000) / perSecond;
      await wait(at - now, undefined, { signal }).catch(() => signal.throwIfAborted());
    },
    reset() {
      dueAt = 0;
    },
  };
}
