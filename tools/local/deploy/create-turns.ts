import type { QueryOperation } from '../local-service.ts';
import { readProperties } from '../wire/read-properties.ts';
import type { StackStore } from './stack-store.ts';
import { checkStatus } from './stacks-context.ts';

/** Deployments of one engine, one after the other. */
export interface Turns {
  /** Waits for all that came before, whether it succeeds or fails. */
  take<T>(work: () => Promise<T>): Promise<T>;
  /**
   * The same operations, each of which waits for its turn when it deploys. While something happens to its own stack it is refused instead,
   * as on AWS.
   */
  taking(operations: Readonly<Record<string, QueryOperation>>): Readonly<Record<string, QueryOperation>>;
}

export function createTurns(store: Pick<StackStore, 'find'>): Turns {
  let last: Promise<unknown> = Promise.resolve();

  function take<T>(work: () => Promise<T>): Promise<T> {
    const done = last.then(work);
    last = done.catch(() => {});
    return done;
  }

  return {
    take,
    taking: (operations) =>
      Object.fromEntries(
        Object.entries(operations).map(([name, run]) => {
          if (!(name in DEPLOYING)) return [name, run];
          const takingTurn: QueryOperation = (input, caller) => {
            const what = DEPLOYING[name];
            const stack = what && store.find(readProperties(input).text('StackName') ?? '');
            if (stack) checkStatus(stack, /^REVIEW_IN_PROGRESS$|_(COMPLETE|FAILED)$/, what);
            return take(async () => run(input, caller));
          };
          return [name, takingTurn];
        }),
      ),
  };
}

/** What cannot be done to a stack to which something happens; nothing when there is no such stack. */
const DEPLOYING: Readonly<Record<string, 'deleted' | 'rolled back' | 'updated' | undefined>> = {
  CreateStack: undefined,
  UpdateStack: 'updated',
  ExecuteChangeSet: 'updated',
  DeleteStack: 'deleted',
  RollbackStack: 'rolled back',
  ContinueUpdateRollback: 'rolled back',
};
