import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createEventChecker } from '../check-event.ts';
import { readSchemas } from '../codegen/read-schemas.ts';
import { listOf } from '../list-of.ts';
import { archiveDelayMs } from '../target/archive-delay.ts';
import { enterTarget } from '../target/enter-target.ts';
import { readArchive } from '../target/read-archive.ts';
import { type Consumer, readConsumers, requireConsumer } from '../target/read-consumers.ts';
import { readRate } from '../target/read-rate.ts';
import type { Target } from '../target/target.ts';
import { targetArguments } from '../target/target-arguments.ts';
import { UserError } from '../user-error.ts';
import { narrowTo } from './narrow-to.ts';
import { planReplay } from './plan-replay.ts';
import { readSelection } from './read-selection.ts';
import type { PlanOptions, ReplayPlan } from './replay-plan.ts';

/** What `replay plan` and `replay run` take alike. */
export const replayArguments = {
  since: {
    type: 'string',
    description: 'From when: 30d, 2h or 10m ago, or 2026-11-01, or 2026-11-01T09:00:00Z',
    valueHint: 'WHEN',
  },
  until: { type: 'string', description: 'To when. Default: now', valueHint: 'WHEN' },
  type: {
    type: 'string',
    description: 'Events of this type alone, such as TaskRowsRead.v1; may name several',
    valueHint: 'EVENT…',
  },
  pattern: {
    type: 'string',
    description: 'Events that match this EventBridge pattern alone',
    valueHint: 'JSON',
  },
  correlation: { type: 'string', description: 'The events of one chain alone', valueHint: 'ID' },
  consumer: {
    type: 'string',
    description: 'Who gets them; may name several. Default: every consumer that hears them',
    valueHint: 'NAME…',
  },
  rate: { type: 'string', description: 'Events a second. Default: as fast as it goes', valueHint: 'N' },
  wait: {
    type: 'boolean',
    description: 'On AWS, first wait until the archive has all of the window, 10 minutes after its end',
    default: false,
  },
  record: {
    type: 'boolean',
    description: 'Count in the analytics record; --no-record estimates by the archive’s size',
    default: true,
  },
  json: { type: 'boolean', description: 'Print JSON', default: false },
  ...targetArguments,
} as const;

export type ReplayArguments = Partial<
  Record<Exclude<keyof typeof replayArguments, 'wait' | 'record' | 'json'>, string>
> & { readonly wait: boolean; readonly record: boolean; readonly json: boolean };

export interface PreparedReplay extends PlanOptions {
  /** Whether `consumers` are all there are. */
  readonly isForAll: boolean;
  readonly plan: ReplayPlan;
}

/** Reads what a person asks for, where, and what it would do; says on stderr where. Throws `UserError` for each wrong use. */
export async function prepareReplay(
  args: ReplayArguments,
  rawArgs: readonly string[],
  signal: AbortSignal,
): Promise<PreparedReplay> {
  const rate = readRate(args.rate);
  const target = await enterTarget(args);
  const [all, archive] = await Promise.all([readConsumers(target), readArchive(target, Date.now())]);
  const names = listOf(rawArgs, 'consumer');
  const consumers = choose(all, names);
  const asked = readSelection(
    { ...args, types: listOf(rawArgs, 'type') },
    {
      archive,
      now: Date.now(),
      types: readSchemas(repository).events.map(({ detailType, source }) => `${source}/${detailType}`),
    },
  );
  const narrowed = names.length === 0 ? undefined : narrowTo(consumers, asked.patterns);
  const selection = narrowed === undefined ? asked : { ...asked, patterns: [...asked.patterns, narrowed] };
  if (args.wait) await waitForArchive(selection.until, target, signal);
  const options: PlanOptions = {
    target,
    archive,
    selection,
    consumers,
    check: createEventChecker(),
    ...(rate !== undefined && { rate }),
    isRecordRead: args.record,
    signal,
  };
  try {
    const plan = await planReplay(options);
    signal.throwIfAborted();
    return { ...options, isForAll: names.length === 0, plan };
  } catch (error) {
    // A request that was ended by it tells no more than that.
    signal.throwIfAborted();
    throw error;
  }
}

const repository = join(import.meta.dirname, '../..');

function choose(all: readonly Consumer[], names: readonly string[]): readonly Consumer[] {
  if (all.length === 0) throw new UserError('no consumer is deployed there: there is nobody to replay to.');
  if (names.length === 0) return all;
  // They are kept in a tag, which has no room for more.
  if (names.join(' ').length > 256) {
    throw new UserError(
      `${names.length} consumers are too many to name: name fewer, or none for all of them.`,
    );
  }
  return [...new Set(names)].map((name) => requireConsumer(all, name));
}

async function waitForArchive(until: number, target: Target, signal: AbortSignal): Promise<void> {
  const readyAt = until + archiveDelayMs(target);
  if (readyAt <= Date.now()) return;
  console.error(`Waiting until ${new Date(readyAt).toISOString()} for what the archive does not have yet.`);
  await wait(readyAt - Date.now(), undefined, { signal }).catch(() => signal.throwIfAborted());
}
