import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Envelope } from '../../services/runtime/event.ts';
import type { createEventChecker } from '../dead-letters/check-event.ts';
import { createPatternTester, type PatternTester } from '../pattern/test-pattern.ts';
import type { Consumer } from '../target/read-consumers.ts';
import type { Target } from '../target/target.ts';
import { UserError } from '../user-error.ts';
import { archiveDelayMs } from './archive-delay.ts';
import { estimateCost } from './estimate-cost.ts';
import { createReceiverFinder } from './find-receivers.ts';
import { letsIn } from './lets-in.ts';
import type { KeptArchive } from './read-archive.ts';
import { type RecordedEvent, readRecord } from './read-record.ts';
import { joinPatterns, type Selection } from './selection.ts';
import { causeOfAws, unrecorded } from './unrecorded.ts';

/** What a replay would do, as far as can be known beforehand: AWS lets nobody read an archive. */
export interface ReplayPlan {
  readonly since: string;
  readonly until: string;
  /** JSON text. @default every event */
  readonly pattern?: string;
  readonly archive: { readonly name: string; readonly retentionDays: number; readonly events: number };
  /** Where the counts come from: the analytics record, or a share of the archive's count by time alone. */
  readonly basis: 'record' | 'archive';
  readonly events: number;
  /** Whether there may be others: the record has no events of AWS, and those are told by what they caused alone. */
  readonly isAtLeast: boolean;
  /** Most first. Empty when the archive is the basis. */
  readonly types: readonly PlannedType[];
  readonly consumers: readonly PlannedConsumer[];
  /** Events that today's schemas refuse: they are not handed on. */
  readonly misfits: readonly Misfit[];
  /** Events a second; absent without a rate. */
  readonly rate?: number;
  /** At that rate. */
  readonly seconds?: number;
  /** What AWS charges for the way into the consumers' queues, in US dollars; not what the consumers do then. */
  readonly usd: number;
  /** What might surprise. */
  readonly warnings: readonly string[];
}

export interface PlannedType {
  /** `fanbus.tasks/TaskRowsRead.v1`; `aws.s3/Object Created` for what the record does not have. */
  readonly type: string;
  readonly events: number;
  readonly isAtLeast: boolean;
}

export interface PlannedConsumer {
  readonly name: string;
  /** How many events it gets; absent when that is not known. */
  readonly events?: number;
  readonly isAtLeast: boolean;
  /** Of these, how many happened before its queue was there. */
  readonly before?: number;
  /** Of these, how many it has answered at least: what it said names them as its cause. Absent when it says nothing. */
  readonly applied?: number;
}

/** An event that today's schema refuses. */
export interface Misfit {
  readonly type: string;
  readonly eventId: string;
  /** The field, its value and what is allowed. */
  readonly problem: string;
}

/** Today's schemas. */
export type EventCheck = ReturnType<typeof createEventChecker>;

export interface PlanOptions {
  readonly target: Target;
  readonly archive: KeptArchive;
  readonly selection: Selection;
  /** Who is to get the events. */
  readonly consumers: readonly Consumer[];
  readonly check: EventCheck;
  /** Events a second. @default as fast as it goes */
  readonly rate?: number;
  /** Whether the analytics record is read. */
  readonly isRecordRead: boolean;
  readonly signal: AbortSignal;
}

/** Tells what a replay would do. Throws `UserError` when there is nothing to replay. */
export async function planReplay(options: PlanOptions): Promise<ReplayPlan> {
  const { archive, rate, selection, target } = options;
  const since = new Date(selection.since).toISOString();
  const until = new Date(selection.until).toISOString();
  if (archive.events === 0) {
    throw new UserError(`the archive ${archive.name} is empty: there is nothing to replay.`);
  }
  const record =
    options.isRecordRead && (await readRecord(target, { since: selection.since, signal: options.signal }));
  const counts = record ? await countRecorded(record, options) : countArchived(options);
  if (counts.events === 0) {
    throw new UserError(
      `the record has no such event from ${since} to ${until}: nothing to replay. (It may be a minute behind; --no-record does not ask it.)`,
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
      bytesPerEvent: archive.bytes / archive.events,
    }),
    warnings: warningsOf(counts, options),
  };
}

type Counts = Pick<ReplayPlan, 'basis' | 'events' | 'isAtLeast' | 'types' | 'consumers' | 'misfits'>;

/** By time alone: whatever the selection's patterns leave of it, it is no more. */
function countArchived({ archive, consumers, selection }: PlanOptions): Counts {
  const { since, until } = selection;
  const share = (until - since) / Math.max(Date.now() - archive.keptSince, until - since);
  return {
    basis: 'archive',
    events: Math.max(1, Math.round(archive.events * share)),
    isAtLeast: false,
    types: [],
    consumers: consumers.map(({ name }) => ({ name, isAtLeast: false })),
    misfits: [],
  };
}

/** What a consumer would get. */
interface Tally {
  /** When its queue was made, in milliseconds. */
  readonly createdAt: number;
  /** Ids of the events of ours. */
  readonly own: Set<string>;
  /** Ids of the events of AWS, known from what it said of them. */
  readonly ofAws: Set<string>;
  /** Ids of all that it named as the cause of something. */
  readonly caused: Set<string>;
  saysSomething: boolean;
  before: number;
}

async function countRecorded(
  record: AsyncIterable<RecordedEvent>,
  { check, consumers, selection, target }: PlanOptions,
): Promise<Counts> {
  const { patterns } = selection;
  const tester = createPatternTester({ strict: false });
  const receiversOf = createReceiverFinder(consumers);
  const tallies = await openTallies(consumers, target);
  const types = new Map<string, number>();
  const ofAws = new Set<string>();
  const misfits: Misfit[] = [];

  for await (const recorded of record) {
    const { causationId, eventId, producer, source, type } = recorded;
    const at = Date.parse(recorded.time);
    const isInWindow = selection.since <= at && at <= selection.until;
    const speaker = tallies.get(producer);
    if (speaker) {
      speaker.saysSomething = true;
      if (causationId !== undefined) speaker.caused.add(causationId);
    }
    const cause = isInWindow ? causeOfAws(recorded) : undefined;
    if (
      cause !== undefined &&
      patterns.every((pattern) => letsIn(pattern, { ...unrecorded, id: cause }, tester))
    ) {
      ofAws.add(cause);
      speaker?.ofAws.add(cause);
    }
    const event = rebuildEvent(recorded, target);
    const text = JSON.stringify(event);
    if (!isInWindow || patterns.some((pattern) => tester.test(pattern, text).result !== 'match')) continue;
    const address = `${source}/${type}`;
    types.set(address, (types.get(address) ?? 0) + 1);
    const fit = check(text);
    if (fit.result === 'invalid') misfits.push({ type: address, eventId, problem: fit.problem });
    else {
      for (const name of receiversOf(event, text)) {
        const tally = tallies.get(name);
        tally?.own.add(eventId);
        if (tally && at < tally.createdAt) tally.before += 1;
      }
    }
  }

  const unrecordedType = `${unrecorded.source}/${unrecorded['detail-type']}`;
  if (ofAws.size > 0) types.set(unrecordedType, ofAws.size);
  const isAtLeast = patterns.every((pattern) => letsIn(pattern, unrecorded, tester));
  return {
    basis: 'record',
    events: [...types.values()].reduce((sum, count) => sum + count, 0),
    isAtLeast,
    types: [...types]
      .map(([type, events]) => ({ type, events, isAtLeast: type === unrecordedType }))
      .sort((a, b) => b.events - a.events || a.type.localeCompare(b.type)),
    consumers: [...tallies].map(([name, { before, caused, ofAws, own, saysSomething }]) => ({
      name,
      events: own.size + ofAws.size,
      isAtLeast: isAtLeast && hearsAws(consumers, name, tester),
      before,
      ...(saysSomething && { applied: [...own].filter((id) => caused.has(id)).length + ofAws.size }),
    })),
    misfits,
  };
}

async function openTallies(
  consumers: readonly Consumer[],
  { settings }: Target,
): Promise<ReadonlyMap<string, Tally>> {
  const sqs = new SQSClient(settings);
  const open = async ({ name, queue }: Consumer): Promise<[string, Tally]> => {
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: queue.url, AttributeNames: ['CreatedTimestamp'] }),
    );
    const createdAt = Number(Attributes?.CreatedTimestamp) * 1_000;
    const sets = { own: new Set<string>(), ofAws: new Set<string>(), caused: new Set<string>() };
    return [name, { createdAt, ...sets, saysSomething: false, before: 0 }];
  };
  try {
    return new Map(await Promise.all(consumers.map(open)));
  } finally {
    sqs.destroy();
  }
}

function hearsAws(consumers: readonly Consumer[], name: string, tester: PatternTester): boolean {
  const rules = consumers.find((one) => one.name === name)?.rules ?? [];
  return rules.some(({ isEnabled, pattern }) => isEnabled && letsIn(pattern, unrecorded, tester));
}

/** The event as far as it is on record: EventBridge's own id is not, ours stands for it. */
function rebuildEvent(recorded: RecordedEvent, { accountId, region }: Target): Envelope {
  const { data, replayName: _, source, time, type, ...metadata } = recorded;
  return {
    version: '0',
    id: metadata.eventId,
    'detail-type': type,
    source,
    account: accountId,
    time,
    region,
    resources: [],
    detail: { metadata, data },
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
