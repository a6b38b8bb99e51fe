import { type DeploymentPlan, differencesOf } from './plan-deployment.ts';
import { changedConsumers } from './render-plan.ts';

/** The plan as `--json` prints it. */
export function planRecord(plan: DeploymentPlan) {
  return {
    hasDifferences: differencesOf(plan).length > 0,
    changedConsumers: changedConsumers(plan),
    stacks: plan,
  };
}
