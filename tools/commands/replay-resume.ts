import { SQSClient } from '@aws-sdk/client-sqs';
import { defineCommand } from 'citty';
import { createEventChecker } from '../check-event.ts';
import { nothingFed } from '../replay/feed.ts';
import { type FoundReplay, requireReplay } from '../replay/find-replays.ts';
import { followReplay } from '../replay/follow-replay.ts';
import { nameArguments } from '../replay/name-arguments.ts';
import { renderResult } from '../replay/render-result.ts';
import { thisFeeder, writeState } from '../replay/replay-state.ts';
import { finishReplay } from '../replay/run-replay.ts';
import { createStopSignal } from '../stop-signal.ts';
import { openTarget } from '../target/open-target.ts';
import { readConsumers, requireConsumer } from '../target/read-consumers.ts';
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
    const target = await openTarget(args);
    if (!args.json) console.error(`On ${target.label}.`);
    const replay = await requireReplay(target, args.name);
    const { awsState, feeder, isFed, name, rate, waiting } = replay;
    if (awsState === undefined) {
      throw new UserError(`${name} was left before it began: npx fanbus replay cancel ${name} removes it.`);
    }
    const sqs = new SQSClient(target.settings);
    try {
      const taken = isFed ? {} : { feeder: thisFeeder() };
      await writeState(replay.queueUrl, { state: 'running', ...taken }, sqs);
    } finally {
      sqs.destroy();
    }
    if (isFed) {
      console.log(
        args.json
          ? JSON.stringify({ name, state: 'running', waiting })
          : `Resumed: process ${feeder?.pid} on ${feeder?.host} goes on.`,
      );
      return;
    }
    const consumers = await consumersOf(replay, target);
    const follower = args.json ? undefined : followReplay({ target, replay, planned: 0, rate });
    const fed = nothingFed();
    try {
      const result = await finishReplay({
        target,
        replay,
        consumers,
        check: createEventChecker(),
        rate,
        fed,
        onProgress: (progress) => follower?.show(progress),
        signal,
      });
      follower?.stop();
      console.log(args.json ? JSON.stringify(result) : renderResult(result).join('\n'));
      if (result.misfits.length > 0) process.exitCode = 1;
    } catch (error) {
      follower?.stop();
      if (signal.aborted) console.error(`${fed.events} more events were handed on; the replay is removed.`);
      throw error;
    }
  },
});

async function consumersOf({ consumers }: FoundReplay, target: Parameters<typeof readConsumers>[0]) {
  const all = await readConsumers(target);
  return consumers === 'all' ? all : consumers.map((name) => requireConsumer(all, name));
}
