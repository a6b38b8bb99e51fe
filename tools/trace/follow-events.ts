import type { DeadLetter } from '../dead-letters/dead-letter.ts';
import type { Look } from '../dead-letters/look-into.ts';
import { createRuleMatcher, type RuleVerdict } from '../target/match-rules.ts';
import type { Consumer } from '../target/read-consumers.ts';
import type { Target } from '../target/target.ts';
import { type HopsAtConsumer, readHops } from './hop-attempts.ts';
import type { KnownEvent } from './known-event.ts';
import { mergeAttempts } from './merge-attempts.ts';
import { createAttemptReader } from './read-attempts.ts';
import type { Attempt } from './trace.ts';

/** What is known of an event at one consumer. */
export interface Path {
  readonly consumer: Consumer;
  readonly verdicts: readonly RuleVerdict[];
  /** A rule that is enabled now matches. */
  readonly isWanted: boolean;
  readonly remembered: HopsAtConsumer;
  readonly attempts: readonly Attempt[];
  /** The message of it in the dead-letter queue. */
  readonly letter?: DeadLetter;
}

/** Finds out what became of events at each consumer; `notes` say what was not looked at. */
export async function followEvents(
  events: readonly KnownEvent[],
  {
    consumers,
    look,
    signal,
    target,
  }: {
    readonly consumers: readonly Consumer[];
    readonly look: (of: readonly Consumer[]) => Promise<readonly Look[]>;
    readonly signal: AbortSignal;
    readonly target: Target;
  },
): Promise<{
  readonly paths: ReadonlyMap<KnownEvent, readonly Path[]>;
  readonly notes: readonly string[];
}> {
  const matches = createRuleMatcher(consumers);
  const begun = events.flatMap((event) => {
    const verdicts = Map.groupBy(matches(event.text), ({ consumer }) => consumer);
    return consumers.map((consumer) => beginPath(event, consumer, verdicts.get(consumer) ?? []));
  });
  const logged = await readLogged(begun, { events, signal, target });
  const followed = begun.map((path) => ({
    ...path,
    attempts: mergeAttempts(
      logged.get(path.consumer)?.get(path.event.eventId) ?? [],
      path.remembered.attempts,
    ),
  }));
  const inDoubt = followed.filter((path) => isForIt(path) && path.attempts.at(-1)?.outcome !== 'done');
  const looks = await look([...new Set(inDoubt.map(({ consumer }) => consumer))]);
  const letters = new Map(
    looks.flatMap(({ letters, of }) => letters.map((one) => [`${of} ${one.eventId}`, one] as const)),
  );
  const paths = followed.map((path) => ({
    ...path,
    letter: letters.get(`${path.consumer.name} ${path.event.eventId}`),
  }));
  return {
    paths: Map.groupBy(paths, ({ event }) => event),
    notes: [
      ...(events.length > LOGGED_MOST
        ? [`The logs were asked for the first ${LOGGED_MOST} of ${events.length} events.`]
        : []),
      ...looks.flatMap(({ letters: { length: seen }, queue, unseen }) =>
        unseen > 0
          ? [`Only ${seen} of about ${seen + unseen} messages in ${queue.name} were looked at.`]
          : [],
      ),
    ],
  };
}

type BegunPath = Omit<Path, 'attempts' | 'letter'> & { readonly event: KnownEvent };

function beginPath(event: KnownEvent, consumer: Consumer, verdicts: readonly RuleVerdict[]): BegunPath {
  const isWanted = verdicts.some(({ rule, verdict }) => rule.isEnabled && verdict.result === 'match');
  return { event, consumer, verdicts, isWanted, remembered: readHops(event, consumer) };
}

/** A rule may have been changed since it let the event through. */
function isForIt({ isWanted, remembered }: BegunPath): boolean {
  return isWanted || remembered.isEnqueued;
}

/** What the functions logged of the first events, by consumer and event. */
async function readLogged(
  paths: readonly BegunPath[],
  {
    events,
    signal,
    target,
  }: { readonly events: readonly KnownEvent[]; readonly signal: AbortSignal; readonly target: Target },
) {
  const since = Math.min(...events.map(({ occurredAt }) => Date.parse(occurredAt)));
  const first = new Set(events.slice(0, LOGGED_MOST));
  const asked = Map.groupBy(
    paths.filter((path) => first.has(path.event) && isForIt(path)),
    ({ consumer }) => consumer,
  );
  const reader = createAttemptReader(target, signal);
  try {
    const read = [...asked].map(async ([consumer, own]) => {
      const ids = own.map(({ event }) => event.eventId);
      return [consumer, await reader.read(consumer, { ids, since })] as const;
    });
    return new Map(await Promise.all(read));
  } finally {
    reader.close();
  }
}

/** A log is asked once for twenty events. */
const LOGGED_MOST = 400;
