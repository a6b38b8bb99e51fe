import { AsyncLocalStorage } from 'node:async_hooks';

/** How one invocation fares. */
export interface Worker {
  /** It dies when so many of its requests were answered. @default never */
  readonly diesAfter?: number;
  /** Awaited before each of its requests, so that a test decides who comes first. @default at once */
  readonly turn?: () => Promise<void>;
}

/** Invocations that die: nothing that one asks for gets out afterwards. */
export function createWorkers() {
  const current = new AsyncLocalStorage<{ readonly worker: Worker; answered: number }>();
  return {
    run: <T>(worker: Worker, work: () => Promise<T>): Promise<T> =>
      current.run({ worker, answered: 0 }, work),

    /** Every request of an invocation goes through this. */
    async request<T>(go: () => Promise<T>): Promise<T> {
      const state = current.getStore();
      if (!state) return go();
      const { diesAfter = Number.POSITIVE_INFINITY, turn } = state.worker;
      if (state.answered >= diesAfter) throw new Error('the worker is dead');
      await turn?.();
      const answer = await go();
      state.answered += 1;
      if (state.answered >= diesAfter) throw new Error('the worker died');
      return answer;
    },
  };
}
