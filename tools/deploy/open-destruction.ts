import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { Interrupted } from '../interrupted.ts';
import { didYouMeanOrAll } from '../nearest.ts';
import type { Target } from '../target/target.ts';
import { UserError } from '../user-error.ts';
import { awsOptions } from './aws-options.ts';
import { type Contents, describeContents } from './describe-contents.ts';
import { destroyStack } from './destroy-stack.ts';
import { readDeployedStacks, type StackThere } from './read-deployed-stacks.ts';
import { isConsumer, type Template } from './template.ts';

export interface DoomedStack {
  readonly name: string;
  readonly isConsumer: boolean;
  readonly contents: readonly Contents[];
}

export interface Destruction {
  /** In the order in which they go: who reads before what is read. */
  readonly stacks: readonly DoomedStack[];
  /** Deletes them and tells of each that is gone. Throws `UserError` when one cannot be deleted; those before it are gone. */
  run(onGone: (name: string, seconds: number) => void): Promise<void>;
  close(): void;
}

/**
 * What it means to delete the named stacks, or all of the stage. The sources are not asked: what they no longer have can be deleted.
 * Throws `UserError` for a name that is none, and for a stack that is protected.
 */
export async function openDestruction({
  names,
  signal,
  target,
}: {
  readonly target: Target;
  readonly names: readonly string[];
  readonly signal: AbortSignal;
}): Promise<Destruction> {
  const { settings } = target;
  const deployed = await readDeployedStacks(target);
  const doomed = select(deployed, names).toSorted((a, b) => rankOf(a.template) - rankOf(b.template));
  refuseProtected(doomed, target);
  const cloudFormation = new CloudFormationClient(settings);
  const stacks: (DoomedStack & Pick<StackThere, 'stackName'>)[] = [];
  for (const stack of doomed) {
    signal.throwIfAborted();
    const contents = await describeContents(stack, { cloudFormation, settings });
    stacks.push({
      name: stack.name,
      stackName: stack.stackName,
      isConsumer: isConsumer(stack.template),
      contents,
    });
  }
  return {
    stacks,
    async run(onGone) {
      for (const { contents, name, stackName } of stacks) {
        const startedAt = performance.now();
        try {
          await destroyStack({ stackName, contents, cloudFormation, settings, signal });
        } catch (error) {
          if (error instanceof Interrupted) {
            // Nothing runs on this machine any more, but CloudFormation may.
            error.message = `stopped. CloudFormation may go on with ${name}; what comes after it is untouched. Run the command again to go on.`;
          }
          throw error;
        }
        onGone(name, (performance.now() - startedAt) / 1000);
      }
    },
    close: () => cloudFormation.destroy(),
  };
}

function select(deployed: readonly StackThere[], names: readonly string[]): readonly StackThere[] {
  for (const name of names) {
    if (deployed.some((stack) => stack.name === name)) continue;
    const known = deployed.map((stack) => stack.name);
    throw new UserError(`no consumer or stack "${name}" is deployed there.${didYouMeanOrAll(name, known)}`);
  }
  return names.length === 0 ? deployed : deployed.filter(({ name }) => names.includes(name));
}

/** Consumers and the API before the data they use, the bus last. */
function rankOf({ Resources = {} }: Template): number {
  const types = new Set(Object.values(Resources).map(({ Type }) => Type));
  if (types.has('AWS::Events::EventBus')) return 2;
  return types.has('AWS::Lambda::Function') ? 0 : 1;
}

function refuseProtected(stacks: readonly StackThere[], target: Target): void {
  const kept = stacks.filter(({ isProtected }) => isProtected).map(({ stackName }) => stackName);
  if (kept.length === 0) return;
  throw new UserError(
    `${kept.join(', ')} ${kept.length === 1 ? 'is' : 'are'} protected against deletion, as this stage's stacks are. Nothing was deleted. To delete one all the same, first run: aws cloudformation update-termination-protection --no-enable-termination-protection --stack-name ${kept[0]} ${awsOptions(target)}`,
  );
}
