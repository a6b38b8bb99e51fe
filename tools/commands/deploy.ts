import { defineCommand } from 'citty';
import { confirm } from '../confirm.ts';
import { contextArgument, deployArguments, readContext, readNames } from '../deploy/read-arguments.ts';
import { createSteps, silentSteps } from '../steps.ts';
import { createStopSignal } from '../stop-signal.ts';
import { commandAt } from '../target/command-at.ts';
import { enterTarget } from '../target/enter-target.ts';
import { UserError } from '../user-error.ts';

export const deploy = defineCommand({
  meta: {
    name: 'deploy',
    description:
      'Deploys what differs from the sources, after it has said what changes. Asks when somebody may do more, when something may be lost, and on AWS always. Example: npx fanbus deploy make-thumbnails',
  },
  args: {
    ...deployArguments,
    ...contextArgument,
    yes: { type: 'boolean', description: 'Do not ask', default: false },
  },
  async run({ args, rawArgs }) {
    const names = readNames(rawArgs);
    const context = readContext(rawArgs);
    const signal = createStopSignal();
    const target = await enterTarget(args);
    const write = (text: string) => (args.json ? process.stderr : process.stdout).write(text);
    // Loaded late: help and refusals are told at once.
    const { prepareDeployment } = await import('../deploy/prepare-deployment.ts');
    const { differencesOf } = await import('../deploy/plan-deployment.ts');
    const { planRecord } = await import('../deploy/plan-record.ts');
    const { renderPlan } = await import('../deploy/render-plan.ts');
    const { reasonToAsk, refuseImpossible } = await import('../deploy/reason-to-ask.ts');

    const steps = args.json ? silentSteps : createSteps(write);
    const { assembly, plan } = await prepareDeployment({ target, names, ...context, steps, signal });
    const differences = differencesOf(plan);
    const command = (words: string) => commandAt(target, words);
    if (!args.json) write(`\n${renderPlan(plan, { destroy: command('destroy') })}`);
    for (const { fate, name } of plan) {
      if (fate !== 'orphan' || !names.includes(name)) continue;
      throw new UserError(
        `${name} is not in the sources any more: to remove it, ${command(`destroy ${name}`)}.`,
      );
    }
    refuseImpossible(differences);
    const reason = reasonToAsk(differences, target);
    if (reason !== undefined) {
      await confirm(`Deploy to ${target.label}? ${reason}`, { isYes: args.yes, signal });
    }
    if (differences.length > 0) {
      const { runDeployment } = await import('../deploy/run-deployment.ts');
      await runDeployment({
        target,
        assembly,
        stacks: differences.map(({ name }) => name),
        isQuiet: args.json,
        signal,
      });
    }
    const { readApiUrl } = await import('../deploy/read-api-url.ts');
    const apiUrl = await readApiUrl(target);
    if (args.json) {
      console.log(JSON.stringify({ ...planRecord(plan), bus: target.names.bus, apiUrl }));
    } else if (differences.length > 0) {
      write(`\n  Bus   ${target.names.bus}\n${apiUrl === undefined ? '' : `  API   ${apiUrl}\n`}`);
      const added = differences.filter(({ fate, isConsumer }) => isConsumer && fate === 'new');
      // A bus that is new has no past.
      if (added.length > 0 && differences.every(({ name }) => name !== 'bus')) {
        write(`\n  To give a new consumer the events of the past:\n\n`);
        for (const { name } of added) write(`    ${command(`replay plan --consumer ${name}`)}\n`);
      }
    }
  },
});
