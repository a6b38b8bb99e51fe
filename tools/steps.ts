/** Tells a person at a terminal what is being done: a finished step is one line with its time. */
export interface Steps {
  /** Runs the work and prints its line when it is done; `describe` may add what came out of it. */
  step<T>(name: string, work: () => Promise<T>, describe?: (result: T) => string): Promise<T>;
}

export function createSteps(write: (text: string) => void): Steps {
  return {
    async step(name, work, describe = () => '') {
      const startedAt = performance.now();
      const result = await work();
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
      write(`  ✔ ${`${name} ${describe(result)}`.trim().padEnd(64)} ${seconds.padStart(6)} s\n`);
      return result;
    },
  };
}

/** Tells nobody. */
export const silentSteps: Steps = { step: (_name, work) => work() };
