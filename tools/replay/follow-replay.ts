import { SQSClient } from '@aws-sdk/client-sqs';
import { bar, createLiveText } from '../live-text.ts';
import { renderDuration } from '../render-duration.ts';
import type { Target } from '../target/target.ts';
import type { FeedProgress } from './feed.ts';
import type { OpenedReplay } from './open-replay.ts';
import { writeState } from './replay-state.ts';
import { watchKeys } from './watch-keys.ts';

/** Shows a person on stderr how far a replay is, and lets them pause it by a key. */
export function followReplay({
  planned,
  rate,
  replay,
  target,
}: {
  readonly target: Target;
  readonly replay: OpenedReplay;
  /** How many events there are, about. */
  readonly planned: number;
  readonly rate?: number;
}): { readonly show: (progress: FeedProgress) => void; readonly stop: () => void } {
  const live = createLiveText(process.stderr);
  const sqs = new SQSClient(target.settings);
  const set = (state: 'paused' | 'running') => () => {
    // Whoever feeds looks at it; the keys are no more than another shell.
    writeState(replay.queueUrl, { state }, sqs).catch(() => {});
  };
  const stopKeys = watchKeys({ p: set('paused'), r: set('running') });
  const keys = process.stdin.isTTY ? 'p pauses, r resumes, Ctrl-C cancels' : '';
  return {
    show({ events, isPaused, waiting }) {
      const total = Math.max(planned, events + waiting);
      const left = rate === undefined ? '' : `, ${renderDuration((total - events) / rate)} left`;
      live.show([
        `  ${bar(total === 0 ? 0 : events / total)} ${events} of ${total} events${isPaused ? ', paused' : left}`,
        `  ${replay.name}  ${keys}`,
      ]);
    },
    stop() {
      live.finish();
      stopKeys();
      sqs.destroy();
    },
  };
}
