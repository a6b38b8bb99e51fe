import type { Look } from '../dead-letters/look-into.ts';
import type { Target } from '../target/target.ts';
import { UserError } from '../user-error.ts';
import { type KnownEvent, readAnswer, readEventText } from './known-event.ts';
import type { Analytics } from './read-analytics.ts';
import { readLocalRecord } from './read-local-record.ts';

export interface FindOptions {
  readonly target: Target;
  readonly analytics: Analytics;
  /** Looks into every dead-letter queue: asked only when nobody else knows the event. */
  readonly look: () => Promise<readonly Look[]>;
  /** Has the archive replay the event to a queue of our own. @default the archive is left alone */
  readonly askArchive?: (id: string) => Promise<KnownEvent | undefined>;
  readonly signal: AbortSignal;
}

/**
 * The event of this id: ours, EventBridge's, or SQS's of a message of it. Asks in this order: what the local AWS remembers, the
 * analytics record, the dead-letter queues, the archive. Throws `UserError` when none of them knows it.
 */
export async function findEvent(
  id: string,
  { analytics, askArchive, look, signal, target }: FindOptions,
): Promise<KnownEvent> {
  const answer = await readLocalRecord(target, { about: id, signal });
  const remembered = answer && pickEvent(readAnswer(answer), id, target.names.bus);
  if (remembered) return remembered;
  const recorded = await analytics.find(id);
  if (recorded) return recorded;
  const letters = (await look()).flatMap((one) => one.letters);
  const letter = letters.find(({ body, eventId, messageId }) =>
    [eventId, messageId, readEventText(body, NOWHERE)?.ids].flat().includes(id),
  );
  const dead = letter && readEventText(letter.body, { bus: target.names.bus });
  if (dead) return dead;
  const archived = await askArchive?.(id);
  if (archived) return archived;
  throw new UserError(
    `nothing is known of "${id}". Looked at: ${[
      ...(answer ? [`what the local AWS remembers since ${answer.since}`] : []),
      `the analytics record ${target.names.recordedEventsTable}`,
      'the dead-letter queues',
      ...(askArchive ? [`the archive ${target.names.archive}`] : []),
    ].join(
      ', ',
    )}. Give detail.metadata.eventId, EventBridge's id, or the id of a message in a dead-letter queue.${
      askArchive
        ? ''
        : ' What was said in the last minute may not be on record yet; events of AWS never are: --archive looks for them too.'
    }`,
  );
}

const NOWHERE = { bus: '' };

/** The one that is meant: itself, by a message of it, or as it came from another bus; on the stage's bus if it got there. */
function pickEvent(events: readonly KnownEvent[], id: string, bus: string): KnownEvent | undefined {
  const isMeant = ({ hops, ids, messageIds }: KnownEvent) =>
    [...ids, ...messageIds].includes(id) ||
    hops.some((hop) => hop.kind === 'published' && hop.forwardedFrom === id);
  const meant = events.filter(isMeant);
  return meant.find((event) => event.bus === bus) ?? meant[0];
}
