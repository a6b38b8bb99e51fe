import { countOf } from '../count-of.ts';
import type { Target } from '../target/target.ts';
import { UserError } from '../user-error.ts';
import type { DeploymentPlan } from './plan-deployment.ts';

/** Why a person has to agree to these differences before they are deployed; undefined when nobody has to. */
export function reasonToAsk(differences: DeploymentPlan, { kind }: Pick<Target, 'kind'>): string | undefined {
  const losses = differences.flatMap(({ losses }) => losses);
  const added = differences.flatMap(({ permissions }) => permissions.added);
  const removed = differences.flatMap(({ changes }) => changes.filter(({ what }) => what === 'removed'));
  const reasons = [
    ...(losses.length > 0 ? [`${countOf(losses.length, 'resource')} may lose what is in there.`] : []),
    ...(added.length > 0 ? [`${countOf(added.length, 'permission')} will be added.`] : []),
    ...(removed.length > 0 ? [`${countOf(removed.length, 'resource')} will be removed.`] : []),
    ...(kind === 'aws' && differences.length > 0
      ? [`${countOf(differences.length, 'stack')} will change.`]
      : []),
  ];
  return reasons.length > 0 ? reasons.join(' ') : undefined;
}

/** Throws `UserError` when CloudFormation would begin, fail and roll back. */
export function refuseImpossible(differences: DeploymentPlan): void {
  const refused = differences.flatMap(({ losses }) => losses.filter(({ isRefused }) => isRefused));
  if (refused.length === 0) return;
  const what = refused.map(({ because, resource }) => `${resource} (${because.join(', ')})`).join(', ');
  throw new UserError(
    `CloudFormation cannot replace what keeps its name: ${what}. Nothing was deployed. Undo the change, or give the resource another name and move what it holds.`,
  );
}
