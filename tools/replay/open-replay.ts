import { randomBytes } from 'node:crypto';
import { openAwsReplays } from '../target/aws-replays.ts';
import type { KeptArchive } from '../target/read-archive.ts';
import type { Target } from '../target/target.ts';
import { openTemporaryRule, untilRuleHolds } from '../target/temporary-rule.ts';
import { placeOf, removeReplay } from './remove-replay.ts';
import { type ReplayState, replayPrefix, tagsOf } from './replay-state.ts';
import { joinPatterns, type Selection } from './selection.ts';

export interface OpenedReplay {
  /** Of the replay, its rule and its queue. */
  readonly name: string;
  readonly queueUrl: string;
}

/**
 * Starts AWS's replay of the selection into a queue of its own, through a rule that live traffic never matches. Whoever opens it must
 * remove it. Rejects after removing what was made so far; with `UserError` when AWS has too many replays under way.
 */
export async function openReplay({
  archive,
  selection,
  signal,
  state,
  target,
}: {
  readonly target: Target;
  readonly archive: KeptArchive;
  readonly selection: Selection;
  readonly state: ReplayState;
  readonly signal: AbortSignal;
}): Promise<OpenedReplay> {
  const time = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
  const name = `${replayPrefix(target)}${time}-${randomBytes(2).toString('hex')}`;
  const { queueUrl, ruleArn } = await openTemporaryRule({
    ...placeOf(target, name),
    pattern: joinPatterns([...selection.patterns, JSON.stringify({ 'replay-name': [name] })]),
    description: 'Takes the events of one replay. fanbus replay list shows it.',
    attributes: {
      MessageRetentionPeriod: String(14 * 86_400),
      VisibilityTimeout: String(HIDDEN_SECONDS),
    },
    tags: tagsOf(state),
  });
  const replays = openAwsReplays(target);
  try {
    await untilRuleHolds(target, signal);
    signal.throwIfAborted();
    await replays.start({ ...selection, name, archive, ruleArn });
    return { name, queueUrl };
  } catch (error) {
    await removeReplay(target, name);
    signal.throwIfAborted();
    throw error;
  } finally {
    replays.close();
  }
}

/** Longer than a feeder holds what it has received, and short for whoever takes over from one that was killed. */
const HIDDEN_SECONDS = 60;
