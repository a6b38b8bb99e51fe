import { Interrupted } from '../interrupted.ts';
import { commandAt } from '../target/command-at.ts';
import type { Target } from '../target/target.ts';
import { UserError } from '../user-error.ts';
import { deployStacks, type StackProgress } from './deploy-stacks.ts';
import { explainFailure } from './explain-failure.ts';
import { readDeployedStacks } from './read-deployed-stacks.ts';
import { createProgressView } from './show-progress.ts';

export interface RunDeploymentOptions {
  readonly target: Target;
  readonly assembly: string;
  readonly stacks: readonly string[];
  /** Whether stdout is not for people. */
  readonly isQuiet: boolean;
  readonly signal: AbortSignal;
}

/** Deploys stacks and shows how it goes. Throws `UserError` with how things stand when one fails. */
export async function runDeployment(options: RunDeploymentOptions): Promise<void> {
  const { assembly, isQuiet, signal, stacks, target } = options;
  const prefix = target.names.stack('');
  const view = createProgressView(isQuiet ? process.stderr : process.stdout, {
    nameOf: (stackName) => stackName.slice(prefix.length),
    total: stacks.length,
  });
  const progress: StackProgress[] = [];
  try {
    await deployStacks({
      target,
      assembly,
      stacks,
      signal,
      onProgress: (one) => {
        progress.push(one);
        view.show(one);
      },
    });
  } catch (error) {
    if (error instanceof Interrupted) {
      // Nothing runs on this machine any more, but CloudFormation does.
      const look = commandAt(target, 'diff');
      error.message = `stopped waiting. CloudFormation goes on with the stacks that it has begun: ${look} says what is still to do.`;
      throw error;
    }
    const there = await readDeployedStacks(target);
    throw new UserError(explainFailure(error, { target, stacks, progress, there }), { cause: error });
  }
}
