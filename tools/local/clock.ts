/** The engine's time, in milliseconds since 1970. Tests step it with `advance`; a laptop run never does. */
export interface Clock {
  now(): number;
  /** Moves time forward at once: visibility timeouts, retries and delays that end by then fall due. */
  advance(ms: number): void;
  /** Calls back after every `advance`, with the milliseconds moved. Returns the way to stop. */
  onAdvance(listener: (ms: number) => void): () => void;
  /** Calls back once, when `ms` have passed on this clock. Returns the way to cancel. Never keeps the process alive. */
  after(ms: number, callback: () => void): () => void;
}

export function createClock(): Clock {
  let offsetMs = 0;
  const listeners = new Set<(ms: number) => void>();
  const timers = new Set<{ dueAt: number; handle: NodeJS.Timeout; fire: () => void }>();

  const now = () => Date.now() + offsetMs;

  return {
    now,
    advance(ms) {
      offsetMs += ms;
      for (const listener of [...listeners]) listener(ms);
      for (const timer of [...timers].sort((a, b) => a.dueAt - b.dueAt)) {
        if (timer.dueAt <= now()) timer.fire();
      }
    },
    onAdvance(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    after(ms, callback) {
      const timer = { dueAt: now() + ms, handle: undefined as unknown as NodeJS.Timeout, fire };
      timers.add(timer);
      arm();
      function arm() {
        // setTimeout overflows past 2^31-1 ms; long waits are armed again.
        timer.handle = setTimeout(check, Math.min(Math.max(timer.dueAt - now(), 0), 2_147_483_647));
        timer.handle.unref();
      }
      function check() {
        if (timer.dueAt <= now()) fire();
        else arm();
      }
      function fire() {
        if (!timers.delete(timer)) return;
        clearTimeout(timer.handle);
        callback();
      }
      return () => {
        timers.delete(timer);
        clearTimeout(timer.handle);
      };
    },
  };
}
