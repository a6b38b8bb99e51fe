import { SQSClient } from '@aws-sdk/client-sqs';
import { defineCommand } from 'citty';
import { requireReplay } from '../replay/find-replays.ts';
import { nameArguments } from '../replay/name-arguments.ts';
import { writeState } from '../replay/replay-state.ts';
import { openTarget } from '../target/open-target.ts';

export const replayPause = defineCommand({
  meta: {
    name: 'replay pause',
    description:
      'Stops handing on the events of a replay, from any shell. They wait in its queue, for 14 days at most. Example: npx fanbus replay pause fanbus-temporary-replay-dev-20261121093000-1f2e',
  },
  args: nameArguments,
  async run({ args }) {
    const target = await openTarget(args);
    if (!args.json) console.error(`On ${target.label}.`);
    const { name, queueUrl, waiting } = await requireReplay(target, args.name);
    const sqs = new SQSClient(target.settings);
    try {
      await writeState(queueUrl, { state: 'paused' }, sqs);
    } finally {
      sqs.destroy();
    }
    const resume = ['npx fanbus replay resume', name, ...target.options].join(' ');
    console.log(
      args.json ? JSON.stringify({ name, state: 'paused', waiting }) : `Paused; to go on: ${resume}`,
    );
  },
});
