import { SQSClient } from '@aws-sdk/client-sqs';
import { createEventChecker } from '../dead-letters/check-event.ts';
import type { DeadLetter } from '../dead-letters/dead-letter.ts';
import { type Look, lookInto } from '../dead-letters/look-into.ts';
import { createRuleMatcher, type RuleVerdict } from '../target/match-rules.ts';
import { type Consumer, readConsumers } from '../target/read-consumers.ts';
import { type FindOptions, findEvent } from './find-event.ts';
import { type HopsAtConsumer, readHops } from './hop-attempts.ts';
import { type KnownEvent, readAnswer } from './known-event.ts';
import { type Analytics, openAnalytics } from './read-analytics.ts';
import { createAttemptReader } from './read-attempts.ts';
import { type FanInPart, readFanIn } from './read-fan-in.ts';
import { readLocalRecord } from './read-local-record.ts';
import type { Attempt, ConsumerTrace, DeadLetterTrace, Publication, Trace, TracedEvent } from './trace.ts';

export interface TraceOptions extends Pick<FindOptions, 'askArchive' | 'signal' | 'target'> {
  /** How many generations of what it caused; 0 for the event alone. @default all */
  readonly depth?: number;
}

/** Follows an event to wherever it went. Throws `UserError` when nobody knows it. */
export async function traceEvent(id: string, options: TraceOptions): Promise<Trace> {
  const { signal, target } = options;
  const analytics = openAnalytics(target, signal);
  const sqs = new SQSClient(target.settings);
  try {
    const consumers = await readConsumers(target);
    const look = (of: readonly Consumer[]) => lookIntoAll(of, { sqs, signal });
    const root = await findEvent(id, { ...options, analytics, look: () => look(consumers) });
    const { events, notes } = await readChain(root, { analytics, signal, target });
    const tree = growTree(root, events, options.depth);
    // What its schema refuses may lack what names the job.
    const fanIn = checkEvent(root.text).result === 'valid' ? await readFanIn(root, target) : undefined;
    const onBus = root.bus === target.names.bus ? consumers : [];
    const paths = await followAll(flatten(tree), { ...options, consumers: onBus, look });
    return {
      event: describe(tree, { ...paths, fanIn }),
      notes: [
        ...(root.bus === target.names.bus
          ? []
          : [`It was said on the bus ${root.bus}, and no rule there took it to ${target.names.bus}.`]),
        ...notes,
        ...paths.notes,
      ],
    };
  } catch (error) {
    // A client that is stopped says no more than that it was.
    signal.throwIfAborted();
    throw error;
  } finally {
    analytics.close();
    sqs.destroy();
  }
}

/** How long after an event AWS is asked for what it caused. */
const CHAIN_MS = 3 * 3_600_000;

/** Whatever else was said in the event's chain. */
async function readChain(
  root: KnownEvent,
  { analytics, signal, target }: Pick<TraceOptions, 'signal' | 'target'> & { readonly analytics: Analytics },
): Promise<{ readonly events: readonly KnownEvent[]; readonly notes: readonly string[] }> {
  const { correlationId = root.ids.at(-1) ?? root.eventId } = root;
  const answer = await readLocalRecord(target, { about: correlationId, signal });
  const remembered = answer ? readAnswer(answer) : [];
  const { at: acceptedAt = root.occurredAt } = root.hops.find(({ kind }) => kind === 'published') ?? {};
  if (answer && answer.since <= acceptedAt) return { events: remembered, notes: [] };
  const { events, isCut } = await analytics.chainOf({ ...root, correlationId }, CHAIN_MS);
  const known = new Map([...events, ...remembered].map((event) => [event.eventId, event]));
  return {
    events: [...known.values()],
    notes: [
      ...(answer
        ? [
            `The local AWS remembers since ${answer.since}: what was before is from logs and the analytics record.`,
          ]
        : []),
      ...(isCut
        ? ['It was said in a busy hour: of what it caused there may be more in the analytics record.']
        : []),
    ],
  };
}

interface Branch {
  readonly event: KnownEvent;
  readonly caused: readonly Branch[];
}

function growTree(root: KnownEvent, events: readonly KnownEvent[], depth = Number.POSITIVE_INFINITY): Branch {
  const byCause = Map.groupBy(events, ({ causationId = '' }) => causationId);
  const seen = new Set([root.eventId]);
  const grow = (event: KnownEvent, left: number): Branch => {
    const caused = left > 0 ? event.ids.flatMap((id) => byCause.get(id) ?? []) : [];
    const unseen = caused.filter(({ eventId }) => !seen.has(eventId));
    for (const { eventId } of unseen) seen.add(eventId);
    return {
      event,
      caused: unseen.sort((a, b) => placeOf(a).localeCompare(placeOf(b))).map((one) => grow(one, left - 1)),
    };
  };
  return grow(root, depth);
}

/** Events that were said together have the same time. */
function placeOf({ eventId, occurredAt }: KnownEvent): string {
  return `${occurredAt} ${eventId}`;
}

function flatten({ caused, event }: Branch): readonly KnownEvent[] {
  return [event, ...caused.flatMap(flatten)];
}

/** What is known of each event of a tree at each consumer. */
interface Paths {
  readonly verdicts: ReadonlyMap<KnownEvent, readonly RuleVerdict[]>;
  /** By consumer and event. */
  readonly logged: ReadonlyMap<string, ReadonlyMap<string, readonly Attempt[]>>;
  /** By consumer and event. */
  readonly letters: ReadonlyMap<string, ReadonlyMap<string, DeadLetter>>;
  readonly consumers: readonly Consumer[];
  readonly notes: readonly string[];
}

/** Events of a tree whose attempts are looked up in the logs, twenty with a request. */
const LOOKED_UP = 400;

async function followAll(
  events: readonly KnownEvent[],
  {
    consumers,
    look,
    signal,
    target,
  }: Pick<TraceOptions, 'signal' | 'target'> & {
    readonly consumers: readonly Consumer[];
    readonly look: (of: readonly Consumer[]) => Promise<readonly Look[]>;
  },
): Promise<Paths> {
  const matcher = createRuleMatcher(consumers);
  const verdicts = new Map(events.map((event) => [event, matcher(event.text)]));
  const since = Math.min(...events.map(({ occurredAt }) => Date.parse(occurredAt)));
  const isFor = (event: KnownEvent, consumer: Consumer) =>
    readHops(event, consumer).isEnqueued || isWanted(verdicts.get(event), consumer);
  const reader = createAttemptReader(target, signal);
  try {
    const read = consumers.map(async (consumer) => {
      const ids = events
        .slice(0, LOOKED_UP)
        .filter((event) => isFor(event, consumer))
        .map(({ eventId }) => eventId);
      return [consumer.name, await reader.read(consumer, { ids, since })] as const;
    });
    const logged = new Map(await Promise.all(read));
    const inDoubt = consumers.filter((consumer) =>
      events.some(
        (event) =>
          isFor(event, consumer) &&
          attemptsOf(readHops(event, consumer), logged.get(consumer.name)?.get(event.eventId)).at(-1)
            ?.outcome !== 'done',
      ),
    );
    const looks = await look(inDoubt);
    return {
      verdicts,
      logged,
      letters: new Map(
        looks.map(({ letters, of }) => [of, new Map(letters.map((one) => [one.eventId ?? '', one]))]),
      ),
      consumers,
      notes: [
        ...(events.length > LOOKED_UP
          ? [`The logs were asked for the first ${LOOKED_UP} of ${events.length} events.`]
          : []),
        ...looks.flatMap(({ letters, queue, unseen }) =>
          unseen > 0
            ? [
                `Only ${letters.length} of about ${letters.length + unseen} messages in ${queue.name} were looked at.`,
              ]
            : [],
        ),
      ],
    };
  } finally {
    reader.close();
  }
}

async function lookIntoAll(
  consumers: readonly Consumer[],
  { signal, sqs }: { readonly signal: AbortSignal; readonly sqs: SQSClient },
): Promise<readonly Look[]> {
  const looks = consumers.flatMap((consumer) =>
    consumer.deadLetters === undefined
      ? []
      : [
          lookInto(
            { of: consumer.name, queue: consumer.deadLetters, from: { kind: 'consumer', consumer } },
            { limit: LETTERS, signal, sqs },
          ),
        ],
  );
  // All of them to their end, however one ends: each puts back what it has received.
  const results = await Promise.allSettled(looks);
  const failure = results.find((result) => result.status === 'rejected');
  if (failure) throw failure.reason;
  return Promise.all(looks);
}

/** Messages of a dead-letter queue that are looked at. */
const LETTERS = 500;

function isWanted(verdicts: readonly RuleVerdict[] = [], { name }: Consumer): boolean {
  return verdicts.some(
    ({ consumer, rule, verdict }) => consumer.name === name && rule.isEnabled && verdict.result === 'match',
  );
}

/** What the log says, and what the local AWS remembers beyond it. */
function attemptsOf(
  { attempts: remembered }: HopsAtConsumer,
  logged: readonly Attempt[] = [],
): readonly Attempt[] {
  const requests = new Set(logged.map(({ requestId }) => requestId));
  const lost = new Set(
    remembered.flatMap(({ outcome, requestId }) => (outcome === 'retry' ? [requestId] : [])),
  );
  const unlogged = remembered.filter(({ requestId }) => requestId === undefined || !requests.has(requestId));
  const told = logged.map((attempt): Attempt => {
    const isLost = attempt.outcome === 'done' && lost.has(attempt.requestId);
    return isLost
      ? { ...attempt, outcome: 'retry', reason: 'done, but its function died before it said so' }
      : attempt;
  });
  return [...told, ...unlogged].sort((a, b) => a.at.localeCompare(b.at));
}

const checkEvent = createEventChecker();

function describe(
  { caused, event }: Branch,
  { fanIn, ...paths }: Paths & { readonly fanIn?: FanInPart },
): TracedEvent {
  const { causationId, correlationId, eventId, hops, occurredAt, producer, source, text, type } = event;
  const publications = hops.flatMap((hop): readonly Publication[] => {
    if (hop.kind !== 'published') return [];
    const { at, bus, caller: by, forwardedFrom, replayName } = hop;
    return [{ at, bus, by, ...(forwardedFrom && { forwardedFrom }), ...(replayName && { replayName }) }];
  });
  return {
    eventId,
    source,
    type,
    occurredAt,
    ...(producer !== undefined && { producer }),
    ...(correlationId !== undefined && { correlationId }),
    ...(causationId !== undefined && { causationId }),
    bytes: Buffer.byteLength(text),
    schema: checkEvent(text),
    ...(publications.length > 0 && { publications }),
    consumers: paths.consumers.map((consumer) => describeConsumer(event, consumer, paths)),
    ...(fanIn && { fanIn }),
    caused: caused.map((branch) => describe(branch, paths)),
  };
}

function describeConsumer(event: KnownEvent, consumer: Consumer, paths: Paths): ConsumerTrace {
  const verdicts = (paths.verdicts.get(event) ?? []).filter((one) => one.consumer.name === consumer.name);
  const remembered = readHops(event, consumer);
  const attempts = attemptsOf(remembered, paths.logged.get(consumer.name)?.get(event.eventId));
  const letter = paths.letters.get(consumer.name)?.get(event.eventId);
  const deadLetter = describeLetter(consumer, { attempts, letter, remembered });
  return {
    consumer: consumer.name,
    queue: consumer.queue.name,
    state: stateOf({ attempts, letter, remembered, isMatch: isWanted(verdicts, consumer) }),
    rules: verdicts.map(({ rule: { isEnabled, name }, verdict }) => ({
      name,
      isEnabled,
      isMatch: verdict.result === 'match',
      ...(verdict.result !== 'match' && { clause: verdict.reason }),
      ...(isChanged(event, { name, isMatch: isEnabled && verdict.result === 'match' }) && {
        isChanged: true,
      }),
    })),
    attempts,
    ...(deadLetter && { deadLetter }),
  };
}

/** Whether a rule made something else of the event when it was said; a replay may leave rules out. */
function isChanged(
  { hops }: KnownEvent,
  { isMatch, name }: { readonly name: string; readonly isMatch: boolean },
): boolean {
  const isRemembered = hops.some((hop) => hop.kind === 'published' && hop.replayName === undefined);
  return isRemembered && isMatch !== hops.some((hop) => hop.kind === 'matched' && hop.rule === name);
}

function describeLetter(
  { deadLetters }: Consumer,
  {
    attempts,
    letter,
    remembered: { undeliverable },
  }: {
    readonly attempts: readonly Attempt[];
    readonly letter: DeadLetter | undefined;
    readonly remembered: HopsAtConsumer;
  },
): DeadLetterTrace | undefined {
  if (deadLetters === undefined || letter === undefined) return undefined;
  const { door, error } = letter;
  // SQS moves it without a word.
  const why =
    door === 'failed' ? attempts.at(-1)?.reason : door === 'undeliverable' ? undeliverable : undefined;
  return {
    queue: deadLetters.name,
    door,
    reason: why ?? letter.reason,
    ...(error !== undefined && { error }),
  };
}

function stateOf({
  attempts,
  isMatch,
  letter,
  remembered: { isEnqueued, undeliverable },
}: {
  readonly attempts: readonly Attempt[];
  readonly isMatch: boolean;
  readonly letter: DeadLetter | undefined;
  readonly remembered: HopsAtConsumer;
}): ConsumerTrace['state'] {
  const last = attempts.at(-1)?.outcome;
  if (last === 'done') return 'done';
  if (letter !== undefined && letter.door !== 'unknown') return letter.door;
  if (last !== undefined) return STATES[last];
  if (undeliverable !== undefined) return 'undeliverable';
  if (isEnqueued) return 'waiting';
  return isMatch ? 'unknown' : 'unmatched';
}

const STATES: Readonly<Record<Attempt['outcome'], ConsumerTrace['state']>> = {
  done: 'done',
  failed: 'failed',
  park: 'parked',
  retry: 'retrying',
  working: 'working',
};
