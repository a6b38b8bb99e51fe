import type { Target } from '../target/target.ts';
import { type Fed, nothingFed } from './feed.ts';
import { followReplay } from './follow-replay.ts';
import type { OpenedReplay } from './open-replay.ts';
import { renderResult } from './render-result.ts';
import type { ReplayResult, RunOptions } from './run-replay.ts';

export interface ShowOptions {
  readonly target: Target;
  /** How many events there are, about. */
  readonly planned: number;
  readonly rate?: number;
  readonly isJson: boolean;
  /** What a person is told when Ctrl-C ends it. */
  readonly onStopped: (fed: Fed) => string;
  readonly signal: AbortSignal;
}

/** Runs a replay before the eyes of a person, and says what it did; the process is to exit with 1 when some events did not fit. */
export async function showReplay(
  { isJson, onStopped, signal, ...options }: ShowOptions,
  run: (watch: Pick<RunOptions, 'fed' | 'onOpened' | 'onProgress' | 'signal'>) => Promise<ReplayResult>,
): Promise<void> {
  const fed = nothingFed();
  let follower: ReturnType<typeof followReplay> | undefined;
  try {
    const result = await run({
      fed,
      onOpened(replay: OpenedReplay) {
        if (!isJson) follower = followReplay({ ...options, replay });
      },
      onProgress: (progress) => follower?.show(progress),
      signal,
    }).finally(() => follower?.stop());
    console.log(isJson ? JSON.stringify(result) : renderResult(result).join('\n'));
    if (result.misfits.length > 0) process.exitCode = 1;
  } catch (error) {
    if (signal.aborted) console.error(onStopped(fed));
    throw error;
  }
}
