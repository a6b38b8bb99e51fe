import { defineCommand } from 'citty';
import { changeReplay } from '../replay/change-replay.ts';
import { requireReplay } from '../replay/find-replays.ts';
import { nameArguments } from '../replay/name-arguments.ts';
import { commandAt } from '../target/command-at.ts';
import { enterTarget } from '../target/enter-target.ts';

export const replayPause = defineCommand({
  meta: {
    name: 'replay pause',
    description:
      'Stops handing on the events of a replay, from any shell. They wait in its queue, for 14 days at most. Example: npx fanbus replay pause fanbus-temporary-replay-dev-20261121093000-1f2e',
  },
  args: nameArguments,
  async run({ args }) {
    const target = await enterTarget(args);
    const replay = await requireReplay(target, args.name);
    const { name, waiting } = replay;
    await changeReplay(target, replay, { state: 'paused' });
    console.log(
      args.json
        ? JSON.stringify({ name, state: 'paused', waiting })
        : `Paused; to go on: ${commandAt(target, `replay resume ${name}`)}`,
    );
  },
});
