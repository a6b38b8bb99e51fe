import { defineCommand } from 'citty';
import { changeReplay } from '../replay/change-replay.ts';
import { requireReplay } from '../replay/find-replays.ts';
import { nameArguments } from '../replay/name-arguments.ts';
import { removeReplay } from '../replay/remove-replay.ts';
import { enterTarget } from '../target/enter-target.ts';

export const replayCancel = defineCommand({
  meta: {
    name: 'replay cancel',
    description:
      'Ends a replay from any shell and removes its rule and its queue, also when a killed process has left them. What was handed on stays. Example: npx fanbus replay cancel fanbus-temporary-replay-dev-20261121093000-1f2e',
  },
  args: nameArguments,
  async run({ args }) {
    const target = await enterTarget(args);
    const replay = await requireReplay(target, args.name);
    const { name, waiting } = replay;
    // Whoever feeds stops at once; AWS takes a minute to delete a queue.
    await changeReplay(target, replay, { state: 'cancelled' });
    await removeReplay(target, name);
    console.log(
      args.json
        ? JSON.stringify({ name, state: 'cancelled', waiting })
        : `Cancelled; ${waiting} events that waited were not handed on.`,
    );
  },
});
