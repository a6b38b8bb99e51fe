import { defineCommand } from 'citty';
import { confirm } from '../confirm.ts';
import { type PreparedReplay, prepareReplay, replayArguments } from '../replay/prepare-replay.ts';
import { renderPlan } from '../replay/render-plan.ts';
import { runReplay } from '../replay/run-replay.ts';
import { showReplay } from '../replay/show-replay.ts';
import { createStopSignal } from '../stop-signal.ts';
import { commandAt } from '../target/command-at.ts';

export const replayRun = defineCommand({
  meta: {
    name: 'replay run',
    description:
      'Replays archived events to the consumers that you name, at the rate that you give; no other consumer sees them. Exits with 1 when some events did not fit today’s schemas. Ctrl-C cancels it and leaves nothing. Example: npx fanbus replay run --since 30d --consumer label-item --rate 50',
  },
  args: {
    ...replayArguments,
    yes: { type: 'boolean', description: 'Do not ask before a replay to every consumer', default: false },
  },
  async run({ args, rawArgs }) {
    const signal = createStopSignal();
    const prepared = await prepareReplay(args, rawArgs, signal);
    const { consumers, isForAll, plan, target } = prepared;
    if (!args.json) console.error(`${renderPlan(plan).join('\n')}\n`);
    if (isForAll) {
      const question = `Replay ${plan.events} events to all ${consumers.length} consumers?`;
      await confirm(question, { isYes: args.yes, signal });
    }
    if (target.kind === 'aws' && !args.json)
      console.error('Making its rule hold takes half a minute on AWS.');
    await showReplay(
      {
        target,
        planned: plan.events,
        rate: plan.rate,
        isJson: args.json,
        onStopped: ({ events }) => howToGoOn(events, prepared),
        signal,
      },
      (watch) => runReplay({ ...prepared, ...watch }),
    );
  },
});

/** AWS brings the events of a minute in no order, so there is no place to go on from. */
function howToGoOn(events: number, { consumers, isForAll, plan, target }: PreparedReplay): string {
  const words = [
    `--since ${plan.since} --until ${plan.until}`,
    ...(plan.pattern === undefined ? [] : [`--pattern '${plan.pattern.replaceAll("'", "'\\''")}'`]),
    ...(isForAll ? [] : [`--consumer ${consumers.map(({ name }) => name).join(' ')}`]),
    ...(plan.rate === undefined ? [] : [`--rate ${plan.rate}`]),
  ];
  return `${events} of ${plan.events} events were handed on. What a consumer has done already it does not do twice, so for the rest replay them all:
${commandAt(target, `replay run ${words.join(' ')}`)}`;
}
