import type { EventCheck } from '../check-event.ts';
import type { Path } from './follow-events.ts';
import type { Branch } from './grow-tree.ts';
import type { KnownEvent } from './known-event.ts';
import type { Attempt, ConsumerTrace, DeadLetterTrace, Publication, TracedEvent } from './trace.ts';

/** Says of an event and of what it caused what is known. */
export function describeEvent(
  { caused, event }: Branch,
  {
    checkEvent,
    paths,
  }: { readonly checkEvent: EventCheck; readonly paths: ReadonlyMap<KnownEvent, readonly Path[]> },
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
    consumers: (paths.get(event) ?? []).map((path) => describeConsumer(event, path)),
    caused: caused.map((branch) => describeEvent(branch, { checkEvent, paths })),
  };
}

function describeConsumer(event: KnownEvent, path: Path): ConsumerTrace {
  const { attempts, consumer, verdicts } = path;
  const deadLetter = describeLetter(path);
  return {
    consumer: consumer.name,
    queue: consumer.queue.name,
    state: stateOf(path),
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

function describeLetter({
  attempts,
  consumer: { deadLetters },
  letter,
  remembered: { undeliverable },
}: Path): DeadLetterTrace | undefined {
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
  isWanted,
  letter,
  remembered: { isEnqueued, undeliverable },
}: Path): ConsumerTrace['state'] {
  const last = attempts.at(-1)?.outcome;
  if (last === 'done') return 'done';
  if (letter !== undefined && letter.door !== 'unknown') return letter.door;
  if (last !== undefined) return STATES[last];
  if (undeliverable !== undefined) return 'undeliverable';
  if (isEnqueued) return 'waiting';
  return isWanted ? 'unknown' : 'unmatched';
}

const STATES: Readonly<Record<Attempt['outcome'], ConsumerTrace['state']>> = {
  done: 'done',
  failed: 'failed',
  park: 'parked',
  retry: 'retrying',
  working: 'working',
};
