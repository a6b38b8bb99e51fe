import { countOf } from '../count-of.ts';
import type { Change } from './describe-changes.ts';
import type { Loss } from './describe-losses.ts';
import { renderPermission } from './describe-permissions.ts';
import { type DeploymentPlan, differencesOf, type StackPlan } from './plan-deployment.ts';

/** The plan as people read it: what is added and changed, what is at stake, who may do more, and whether a consumer changes that is there. */
export function renderPlan(plan: DeploymentPlan, { destroy }: { readonly destroy: string }): string {
  const differences = differencesOf(plan);
  const unchanged = plan.filter(({ fate }) => fate === 'unchanged');
  const orphans = plan.filter(({ fate }) => fate === 'orphan');
  const sections = [
    differences.map(renderStack).join('\n'),
    orphans
      .map(
        (one) =>
          `  left over  ${title(one)}: it is not in the sources any more, and stays until ${destroy} ${one.name}`,
      )
      .join('\n'),
    plan.flatMap(renderUnsettled).join('\n'),
    renderPermissions(differences),
    differences.flatMap(({ losses }) => losses.map(renderLoss)).join('\n'),
    [
      summarise(plan),
      ...(differences.length > 0 && unchanged.length > 0
        ? [`  ${countOf(unchanged.length, 'stack')} unchanged.`]
        : []),
    ].join('\n'),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

/** The consumers that are deployed and change. */
export function changedConsumers(plan: DeploymentPlan): readonly string[] {
  return plan.filter(({ fate, isConsumer }) => isConsumer && fate === 'changed').map(({ name }) => name);
}

function summarise(plan: DeploymentPlan): string {
  if (differencesOf(plan).length === 0) {
    const count = plan.filter(({ fate }) => fate === 'unchanged').length;
    return `  No differences: ${countOf(count, 'stack')} as in the sources.`;
  }
  const changed = changedConsumers(plan);
  if (changed.length === 0) return '  No existing consumer changes.';
  return `  ${countOf(changed.length, 'existing consumer')} ${changed.length === 1 ? 'changes' : 'change'}: ${changed.join(', ')}.`;
}

function renderStack(stack: StackPlan): string {
  const lines = stack.changes.map(renderChange);
  const hasNone =
    stack.fate === 'changed' &&
    lines.length === 0 &&
    stack.permissions.added.length + stack.permissions.removed.length === 0;
  return [
    `  ${stack.fate.padEnd(9)}  ${title(stack)}`,
    ...lines,
    ...(hasNone ? ['               parts of its template that have no effect here'] : []),
  ].join('\n');
}

function title({ isConsumer, name }: StackPlan): string {
  return isConsumer ? `consumer ${name}` : `stack ${name}`;
}

function renderUnsettled(stack: StackPlan): readonly string[] {
  const { unsettled } = stack;
  if (unsettled === undefined) return [];
  const remedy = unsettled.endsWith('_IN_PROGRESS')
    ? 'somebody is changing it; wait until that is done.'
    : (remedies[unsettled] ?? 'see its events in CloudFormation.');
  return [`  ! ${title(stack)} is ${unsettled}: ${remedy}`];
}

const remedies: Readonly<Record<string, string>> = {
  DELETE_FAILED: 'part of it is gone; destroy it again, then deploy it.',
  UPDATE_ROLLBACK_FAILED:
    'put right what stands in the way, then aws cloudformation continue-update-rollback.',
};

function renderChange({ from, resource, to, what }: Change): string {
  const head = `               ${resource}  ${what}`;
  if (from === undefined && to === undefined) return head;
  if ((from?.length ?? 0) + (to?.length ?? 0) <= 60) return `${head}  ${from ?? 'none'} → ${to ?? 'none'}`;
  return [
    head,
    ...(from === undefined ? [] : [`                 - ${from}`]),
    ...(to === undefined ? [] : [`                 + ${to}`]),
  ].join('\n');
}

/** Statement by statement; of a stage that is made whole, their number. */
function renderPermissions(differences: DeploymentPlan): string {
  const added = differences.flatMap(({ permissions }) => permissions.added);
  // What a new role is forbidden, it could not do before either.
  const removed = differences.flatMap(({ fate, permissions }) => (fate === 'new' ? [] : permissions.removed));
  const isMuch = differences.every(({ fate }) => fate === 'new') && added.length > 60;
  return [
    ...(added.length > 0
      ? [`  Permissions added: ${added.length}${isMuch ? ' (--json names them)' : ''}`]
      : []),
    ...(isMuch
      ? []
      : added.map((one) => `    + ${one.effect === 'Deny' ? 'no longer: ' : ''}${renderPermission(one)}`)),
    ...(removed.length > 0 ? [`  Permissions removed: ${removed.length}`] : []),
    ...removed.map((one) => `    - ${one.effect === 'Deny' ? 'newly: ' : ''}${renderPermission(one)}`),
  ].join('\n');
}

function renderLoss({ because, how, isKept, isRefused, resource }: Loss): string {
  const why =
    because.length > 0
      ? `, since ${because.join(' and ')} ${because.length === 1 ? 'changes' : 'change'}`
      : '';
  const end = isRefused
    ? 'CloudFormation refuses that while the name stays the same: give it another name.'
    : isKept
      ? 'What it holds stays in the account, but out of use.'
      : 'WHAT IT HOLDS IS LOST.';
  const verb = how === 'may be replaced' ? '' : 'is ';
  return `  ! ${resource} ${verb}${how.toUpperCase()}${why}. ${end}`;
}
