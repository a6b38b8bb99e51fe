import { defineCommand } from 'citty';
import { contextArgument, deployArguments, readContext, readNames } from '../deploy/read-arguments.ts';
import { silentSteps } from '../steps.ts';
import { createStopSignal } from '../stop-signal.ts';
import { commandAt } from '../target/command-at.ts';
import { enterTarget } from '../target/enter-target.ts';

export const diff = defineCommand({
  meta: {
    name: 'diff',
    description:
      'Says what a deployment would change: which consumers, who may do more, what would be lost. Changes nothing. Example: npx fanbus diff make-thumbnails',
  },
  args: {
    ...deployArguments,
    ...contextArgument,
    'exit-code': { type: 'boolean', description: 'Exit with 1 when there are differences', default: false },
  },
  async run({ args, rawArgs }) {
    const names = readNames(rawArgs);
    const context = readContext(rawArgs);
    const signal = createStopSignal();
    const target = await enterTarget(args);
    // Loaded late: help and refusals are told at once.
    const { prepareDeployment } = await import('../deploy/prepare-deployment.ts');
    const { differencesOf } = await import('../deploy/plan-deployment.ts');
    const { planRecord } = await import('../deploy/plan-record.ts');
    const { renderPlan } = await import('../deploy/render-plan.ts');
    const { plan } = await prepareDeployment({ target, names, ...context, steps: silentSteps, signal });
    if (args.json) console.log(JSON.stringify(planRecord(plan)));
    else process.stdout.write(renderPlan(plan, { destroy: commandAt(target, 'destroy') }));
    if (args['exit-code'] && differencesOf(plan).length > 0) process.exitCode = 1;
  },
});
