import { SQSClient } from '@aws-sdk/client-sqs';
import { defineCommand } from 'citty';
import { requireReplay } from '../replay/find-replays.ts';
import { nameArguments } from '../replay/name-arguments.ts';
import { removeReplay } from '../replay/remove-replay.ts';
import { writeState } from '../replay/replay-state.ts';
import { openTarget } from '../target/open-target.ts';

export const replayCancel = defineCommand({
  meta: {
    name: 'replay cancel',
    description:
      'Ends a replay from any shell and removes its rule and its queue, also when a killed process has left them. What was handed on stays. Example: npx fanbus replay cancel fanbus-temporary-replay-dev-20261121093000-1f2e',
  },
  args: nameArguments,
  async run({ args }) {
    const target = await openTarget(args);
    if (!args.json) console.error(`On ${target.label}.`);
    const { name, queueUrl, waiting } = await requireReplay(target, args.name);
    const sqs = new SQSClient(target.settings);
    try {
      // Whoever feeds stops at once; AWS takes a minute to delete a queue.
      await writeState(queueUrl, { state: 'cancelled' }, sqs);
    } finally {
      sqs.destroy();
    }
    await removeReplay(target, name);
    console.log(
      args.json
        ? JSON.stringify({ name, state: 'cancelled', waiting })
        : `Cancelled; ${waiting} events that waited were not handed on.`,
    );
  },
});
