import type { EventCheck } from '../check-event.ts';
import type { KeptArchive } from '../target/read-archive.ts';
import type { Consumer } from '../target/read-consumers.ts';
import type { Target } from '../target/target.ts';
import { readHealth } from './consumer-health.ts';
import { type Fed, type FeedProgress, feedConsumers } from './feed.ts';
import { type OpenedReplay, openReplay } from './open-replay.ts';
import { removeReplay } from './remove-replay.ts';
import type { Misfit, ReplayPlan } from './replay-plan.ts';
import { thisFeeder } from './replay-state.ts';
import type { Selection } from './selection.ts';

/** What a replay did. */
export interface ReplayResult {
  readonly name: string;
  /** Events that AWS brought. */
  readonly events: number;
  readonly seconds: number;
  readonly consumers: readonly {
    readonly name: string;
    readonly handedOn: number;
    /** Messages that it has not handled yet, live ones among them. */
    readonly waiting: number;
    /** How many more there are than before. */
    readonly newDeadLetters: number;
  }[];
  readonly misfits: readonly Misfit[];
  /** Events that none of these consumers hears. */
  readonly unwanted: number;
}

export interface RunOptions {
  readonly target: Target;
  readonly archive: KeptArchive;
  readonly selection: Selection;
  readonly consumers: readonly Consumer[];
  /** Whether those are all there are. */
  readonly isForAll: boolean;
  readonly check: EventCheck;
  readonly plan: Pick<ReplayPlan, 'events' | 'rate'>;
  /** Filled as it goes, so that it can be told whatever becomes of the run. */
  readonly fed: Fed;
  readonly onOpened: (replay: OpenedReplay) => void;
  readonly onProgress: (progress: FeedProgress) => void;
  readonly signal: AbortSignal;
}

/** Replays the selection to the consumers and to nobody else. Whatever becomes of it, nothing of it is left but the name that AWS keeps. */
export async function runReplay(options: RunOptions): Promise<ReplayResult> {
  const { consumers, isForAll, onOpened, plan, selection } = options;
  const replay = await openReplay({
    ...options,
    state: {
      state: 'running',
      consumers: isForAll ? 'all' : consumers.map(({ name }) => name),
      ...(plan.rate !== undefined && { rate: plan.rate }),
      since: new Date(selection.since).toISOString(),
      until: new Date(selection.until).toISOString(),
      events: plan.events,
      feeder: thisFeeder(),
    },
  });
  onOpened(replay);
  return finishReplay({ ...options, replay, rate: plan.rate });
}

export interface FinishOptions
  extends Pick<RunOptions, 'target' | 'consumers' | 'check' | 'fed' | 'onProgress' | 'signal'> {
  readonly replay: OpenedReplay;
  readonly rate?: number;
}

/** Feeds the consumers from a replay that is open, and removes it. */
export async function finishReplay(options: FinishOptions): Promise<ReplayResult> {
  const { consumers, fed, replay, target } = options;
  const startedAt = performance.now();
  let before: Awaited<ReturnType<typeof readHealth>>;
  try {
    before = await readHealth(consumers, target);
    await feedConsumers(options);
  } finally {
    await removeReplay(target, replay.name);
  }
  const after = await readHealth(consumers, target);
  return {
    name: replay.name,
    events: fed.events,
    seconds: (performance.now() - startedAt) / 1_000,
    consumers: consumers.map(({ name }) => ({
      name,
      handedOn: fed.handedOn.get(name) ?? 0,
      waiting: after.get(name)?.waiting ?? 0,
      newDeadLetters: Math.max(0, (after.get(name)?.deadLetters ?? 0) - (before.get(name)?.deadLetters ?? 0)),
    })),
    misfits: fed.misfits,
    unwanted: fed.unwanted,
  };
}
