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
  /** As CloudFormation has it: `UPDATE_COMPLETE`. */
  readonly status: string;
}

/** What a deployment does to one stack. */
export interface StackPlan {
  readonly name: string;
  /** Whether it is a consumer's, and not the bus, the data or the API they share. */
  readonly isConsumer: boolean;
  /** `orphan`: it is deployed, and the sources have no such stack any more; a deployment leaves it alone. */
  readonly fate: 'new' | 'changed' | 'unchanged' | 'orphan';
  /** CloudFormation's status, of a stack that is being changed or has failed: what is there may not be what its template says. */
  readonly unsettled?: string;
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
  const before = new Map(deployed.map((stack) => [stack.name, stack]));
  const named = new Set(sources.map(({ name }) => name));
  return [
    ...sources.map(({ name, template }) => planStack(name, { before: before.get(name), after: template })),
    ...deployed
      .filter(({ name }) => !named.has(name))
      .map((stack) => ({
        name: stack.name,
        ...nothing(stack.template),
        ...unsettled(stack),
        fate: 'orphan' as const,
      })),
  ];
}

/** What a deployment would do: neither what is as it should be, nor what it leaves alone. */
export function differencesOf(plan: DeploymentPlan): DeploymentPlan {
  return plan.filter(({ fate }) => fate === 'new' || fate === 'changed');
}

function planStack(
  name: string,
  { after, before }: { readonly after: Template; readonly before: DeployedStack | undefined },
): StackPlan {
  if (isDeepStrictEqual(before?.template, after)) {
    return { name, ...nothing(after), ...unsettled(before), fate: 'unchanged' };
  }
  const old = before?.template ?? {};
  const diff = fullDiff({ ...old }, after);
  return {
    name,
    isConsumer: isConsumer(after),
    fate: before === undefined ? 'new' : 'changed',
    ...unsettled(before),
    changes: before === undefined ? [] : describeChanges(diff),
    losses: describeLosses(diff),
    permissions: describePermissions(diff, [old, after]),
  };
}

function unsettled(stack: DeployedStack | undefined): Pick<StackPlan, 'unsettled'> {
  return stack === undefined || settled.has(stack.status) ? {} : { unsettled: stack.status };
}

const settled: ReadonlySet<string> = new Set([
  'CREATE_COMPLETE',
  'IMPORT_COMPLETE',
  'IMPORT_ROLLBACK_COMPLETE',
  'UPDATE_COMPLETE',
  'UPDATE_ROLLBACK_COMPLETE',
]);

function nothing(template: Template): Omit<StackPlan, 'name' | 'fate'> {
  return {
    isConsumer: isConsumer(template),
    changes: [],
    losses: [],
    permissions: { added: [], removed: [] },
  };
}
