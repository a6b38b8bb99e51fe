import { defineCommand } from 'citty';
import { prepareReplay, replayArguments } from '../replay/prepare-replay.ts';
import { renderPlan } from '../replay/render-plan.ts';
import { createStopSignal } from '../stop-signal.ts';

export const replayPlan = defineCommand({
  meta: {
    name: 'replay plan',
    description:
      'Says what a replay would do: how many events of each type, who gets them and who has answered them already, how long it takes and what AWS charges. Changes nothing. Example: npx fanbus replay plan --since 30d --consumer label-item --rate 50',
  },
  args: replayArguments,
  async run({ args, rawArgs }) {
    const { plan } = await prepareReplay(args, rawArgs, createStopSignal());
    console.log(args.json ? JSON.stringify(plan) : renderPlan(plan).join('\n'));
  },
});
