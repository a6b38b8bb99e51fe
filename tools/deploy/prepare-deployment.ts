import { generateWhenChanged } from '../codegen/generate-when-changed.ts';
import { didYouMeanOrAll } from '../nearest.ts';
import type { Steps } from '../steps.ts';
import { type SynthesiseSystemOptions, synthesiseSystem } from '../synthesise-system.ts';
import type { Target } from '../target/target.ts';
import { UserError } from '../user-error.ts';
import { type DeploymentPlan, planDeployment, type SourceStack } from './plan-deployment.ts';
import { isEmpty, readDeployedStacks } from './read-deployed-stacks.ts';
import { readSourceStacks } from './read-source-stacks.ts';

export interface PrepareOptions extends Pick<SynthesiseSystemOptions, 'context' | 'overrides'> {
  readonly target: Target;
  /** Consumers and other stacks to look at; all if there are none. */
  readonly names: readonly string[];
  readonly steps: Steps;
  readonly signal: AbortSignal;
}

export interface PreparedDeployment {
  readonly plan: DeploymentPlan;
  /** The folder of the cloud assembly. */
  readonly assembly: string;
}

/** Synthesises the stage, reads what is deployed of it and compares the two. Throws `UserError` for a name that is none. */
export async function prepareDeployment(options: PrepareOptions): Promise<PreparedDeployment> {
  const { context, names, overrides, signal, steps, target } = options;
  await steps.step('contracts generated', () => generateWhenChanged());
  const { assembly } = await steps.step('templates synthesised', () =>
    synthesiseSystem({
      stage: target.stage,
      context,
      overrides,
      isForThisMachine: target.kind === 'local',
      signal,
    }),
  );
  const deployed = await steps.step('deployed templates read', () => readDeployedStacks(target));
  signal.throwIfAborted();
  const sources = readSourceStacks(assembly);
  const plan = planDeployment({ deployed: deployed.filter(({ status }) => !isEmpty(status)), sources });
  return { assembly, plan: select(plan, { names, sources }) };
}

/** The named stacks, with those that must be there before them and are not. */
function select(
  plan: DeploymentPlan,
  { names, sources }: { readonly names: readonly string[]; readonly sources: readonly SourceStack[] },
): DeploymentPlan {
  if (names.length === 0) return plan;
  const known = new Map(plan.map((stack) => [stack.name, stack]));
  const selected = new Set<string>();
  const add = (name: string) => {
    if (selected.has(name)) return;
    selected.add(name);
    const { after = [] } = sources.find((source) => source.name === name) ?? {};
    for (const first of after) if (known.get(first)?.fate === 'new') add(first);
  };
  for (const name of names) {
    if (!known.has(name)) {
      throw new UserError(
        `there is no consumer or stack "${name}".${didYouMeanOrAll(name, [...known.keys()])}`,
      );
    }
    add(name);
  }
  return plan.filter(({ name }) => selected.has(name));
}
