import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { createPatternTester, type PatternTester } from '../pattern/test-pattern.ts';
import type { Consumer } from '../target/read-consumers.ts';
import { type RecordedEvent, rebuildEvent } from '../target/recorded-events.ts';
import type { Target } from '../target/target.ts';
import { createReceiverFinder } from './find-receivers.ts';
import { letsIn } from './lets-in.ts';
import type { Counts, Misfit, PlanOptions } from './replay-plan.ts';
import { causeOfAws, unrecorded } from './unrecorded.ts';

/** Counts the selected events in the analytics record: how many of each type, who gets them, who has answered them, which no longer fit. */
export async function countRecorded(
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
    if (!isInWindow) continue;
    const event = rebuildEvent(recorded, target);
    const text = JSON.stringify(event);
    if (patterns.some((pattern) => tester.test(pattern, text).result !== 'match')) continue;
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
