import { defineCommand } from 'citty';
import { createEventChecker } from '../check-event.ts';
import { changeReplay } from '../replay/change-replay.ts';
import type { Fed } from '../replay/feed.ts';
import { type FoundReplay, requireReplay } from '../replay/find-replays.ts';
import { nameArguments } from '../replay/name-arguments.ts';
import { thisFeeder } from '../replay/replay-state.ts';
import { finishReplay } from '../replay/run-replay.ts';
import { showReplay } from '../replay/show-replay.ts';
import { createStopSignal } from '../stop-signal.ts';
import { commandAt } from '../target/command-at.ts';
import { enterTarget } from '../target/enter-target.ts';
import { readConsumers, requireConsumer } from '../target/read-consumers.ts';
import type { Target } from '../target/target.ts';
import { UserError } from '../user-error.ts';

export const replayResume = defineCommand({
  meta: {
    name: 'replay resume',
    description:
      'Goes on with a replay that was paused. One that a killed process has left is taken over and finished here. Example: npx fanbus replay resume fanbus-temporary-replay-dev-20261121093000-1f2e',
  },
  args: nameArguments,
  async run({ args }) {
    const signal = createStopSignal();
    const target = await enterTarget(args);
    const replay = await requireReplay(target, args.name);
    const { awsState, feeder, isFed, name, rate, waiting } = replay;
    if (awsState === undefined) {
      throw new UserError(
        `${name} was left before it began: ${commandAt(target, `replay cancel ${name}`)} removes it.`,
      );
    }
    await changeReplay(target, replay, { state: 'running', ...(!isFed && { feeder: thisFeeder() }) });
    if (isFed) {
      console.log(
        args.json
          ? JSON.stringify({ name, state: 'running', waiting })
          : `Resumed: process ${feeder?.pid} on ${feeder?.host} goes on.`,
      );
      return;
    }
    const consumers = await consumersOf(replay, target);
    const onStopped = ({ events }: Fed) => `${events} more events were handed on; the replay is removed.`;
    await showReplay({ target, planned: 0, rate, isJson: args.json, onStopped, signal }, (watch) => {
      watch.onOpened(replay);
      return finishReplay({ ...watch, target, replay, consumers, check: createEventChecker(), rate });
    });
  },
});

async function consumersOf({ consumers }: FoundReplay, target: Target) {
  const all = await readConsumers(target);
  return consumers === 'all' ? all : consumers.map((name) => requireConsumer(all, name));
}
