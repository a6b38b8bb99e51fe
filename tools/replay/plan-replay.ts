import { archiveDelayMs } from '../target/archive-delay.ts';
import { UserError } from '../user-error.ts';
import { countRecorded } from './count-recorded.ts';
import { estimateCost } from './estimate-cost.ts';
import { readRecord } from './read-record.ts';
import type { Counts, PlanOptions, ReplayPlan } from './replay-plan.ts';
import { joinPatterns } from './selection.ts';

/** Tells what a replay would do. Throws `UserError` when there is nothing to replay. */
export async function planReplay(options: PlanOptions): Promise<ReplayPlan> {
  const { archive, rate, selection, target } = options;
  const since = new Date(selection.since).toISOString();
  const until = new Date(selection.until).toISOString();
  const record =
    options.isRecordRead && (await readRecord(target, { since: selection.since, signal: options.signal }));
  const counts = record ? await countRecorded(record, options) : countArchived(options);
  if (counts.events === 0) {
    throw new UserError(
      counts.basis === 'record'
        ? `the record has no such event from ${since} to ${until}: nothing to replay. (It may be a minute behind; --no-record does not ask it.)`
        : `the archive ${archive.name} is empty: nothing to replay. (AWS brings its count up to date within a day.)`,
    );
  }
  if (counts.consumers.every(({ events, isAtLeast }) => events === 0 && !isAtLeast)) {
    throw new UserError(
      `none of the ${counts.events} events goes to ${options.consumers.map(({ name }) => name).join(', ')}: nothing to replay.`,
    );
  }
  return {
    since,
    until,
    ...(selection.patterns.length > 0 && { pattern: joinPatterns(selection.patterns) }),
    archive: { name: archive.name, retentionDays: archive.retentionDays, events: archive.events },
    ...counts,
    ...(rate !== undefined && { rate, seconds: Math.ceil(counts.events / rate) }),
    usd: estimateCost({
      events: counts.events,
      deliveries: counts.consumers.reduce((sum, { events = counts.events }) => sum + events, 0),
      bytesPerEvent: archive.bytes / Math.max(1, archive.events),
    }),
    warnings: warningsOf(counts, options),
  };
}

/** By time alone: whatever the selection's patterns leave of it, it is no more. */
function countArchived({ archive, consumers, selection }: PlanOptions): Counts {
  const { since, until } = selection;
  const share = (until - since) / Math.max(Date.now() - archive.keptSince, until - since);
  return {
    basis: 'archive',
    events: Math.ceil(archive.events * share),
    isAtLeast: false,
    types: [],
    consumers: consumers.map(({ name }) => ({ name, isAtLeast: false })),
    misfits: [],
  };
}

function warningsOf(
  { basis, events, misfits }: Counts,
  { archive, consumers, rate, selection, target }: PlanOptions,
): readonly string[] {
  const now = Date.now();
  const youngest = now - archiveDelayMs(target);
  const warnings: string[] = [];
  if (selection.isCut) warnings.push('The archive has nothing older than this window.');
  if (selection.until > youngest) {
    warnings.push(
      'What was published in the last 10 minutes may not be in the archive yet: --wait waits for it, --until 10m leaves it out.',
    );
  }
  if (basis === 'archive') {
    warnings.push(
      `The number of events is the window's share of the ${archive.events} in the archive; the types are not known without the record.`,
    );
  }
  if (misfits.length > 0) {
    warnings.push(`${misfits.length} of them do not fit today's schemas and will not be handed on.`);
  }
  if (rate === undefined && events > 10_000) {
    warnings.push(`Without --rate ${events} events come as fast as they can.`);
  }
  const stopped = consumers.filter(({ rules }) => rules.every(({ isEnabled }) => !isEnabled));
  for (const { name } of stopped) warnings.push(`${name} gets nothing: its rules are disabled.`);
  return warnings;
}
