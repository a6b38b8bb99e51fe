import { isDeepStrictEqual } from 'node:util';
import { fullDiff } from '@aws-cdk/cloudformation-diff';
import { type Change, describeChanges } from './describe-changes.ts';
import { describeLosses, type Loss } from './describe-losses.ts';
import { describePermissions, type Permissions } from './describe-permissions.ts';
import { isConsumer, type Template } from './template.ts';

/** A stack as the sources have it. */
export interface SourceStack {
  /** Without the stage's prefix: `make-thumbnails`, `bus`. */
  readonly name: string;
  readonly template: Template;
  /** The names of the stacks that are deployed before it. */
  readonly after: readonly string[];
}

/** A stack as it is deployed. */
export interface DeployedStack {
  readonly name: string;
  readonly template: Template;
}

/** What a deployment does to one stack. */
export interface StackPlan {
  readonly name: string;
  /** Whether it is a consumer's, and not the bus, the data or the API they share. */
  readonly isConsumer: boolean;
  /** `orphan`: it is deployed, and the sources have no such stack any more; a deployment leaves it alone. */
  readonly fate: 'new' | 'changed' | 'unchanged' | 'orphan';
  /** Of a stack that is changed. */
  readonly changes: readonly Change[];
  readonly losses: readonly Loss[];
  readonly permissions: Permissions;
}

/** Stack by stack in the order of deployment, orphans last. */
export type DeploymentPlan = readonly StackPlan[];

/** What it takes to get from the deployed templates to those of the sources. Nothing is asked, nothing is done. */
export function planDeployment({
  deployed,
  sources,
}: {
  readonly deployed: readonly DeployedStack[];
  readonly sources: readonly SourceStack[];
}): DeploymentPlan {
  const before = new Map(deployed.map(({ name, template }) => [name, template]));
  const named = new Set(sources.map(({ name }) => name));
  return [
    ...sources.map(({ name, template }) => planStack(name, { before: before.get(name), after: template })),
    ...deployed
      .filter(({ name }) => !named.has(name))
      .map(({ name, template }) => ({ name, ...nothing(template), fate: 'orphan' as const })),
  ];
}

/** What a deployment would do: neither what is as it should be, nor what it leaves alone. */
export function differencesOf(plan: DeploymentPlan): DeploymentPlan {
  return plan.filter(({ fate }) => fate === 'new' || fate === 'changed');
}

function planStack(
  name: string,
  { after, before }: { readonly after: Template; readonly before: Template | undefined },
): StackPlan {
  if (isDeepStrictEqual(before, after)) return { name, ...nothing(after), fate: 'unchanged' };
  const diff = fullDiff({ ...before }, after);
  return {
    name,
    isConsumer: isConsumer(after),
    fate: before === undefined ? 'new' : 'changed',
    changes: before === undefined ? [] : describeChanges(diff),
    losses: describeLosses(diff),
    permissions: describePermissions(diff, [before ?? {}, after]),
  };
}

function nothing(template: Template): Omit<StackPlan, 'name' | 'fate'> {
  return {
    isConsumer: isConsumer(template),
    changes: [],
    losses: [],
    permissions: { added: [], removed: [] },
  };
}
