import type { Delivery, Invocation } from '../../runtime/delivery.ts';
import type { EventOf } from '../../runtime/event.ts';
import { done, type Outcome, park, retry } from '../../runtime/outcome.ts';
import { uuidv7 } from '../../runtime/uuidv7.ts';
import { type ClaimOptions, claimEvents, type Owner } from './claim-events.ts';
import type { Claim } from './claims.ts';
import { eventFolder } from './event-folder.ts';
import { eventLine } from './event-line.ts';

/** An event and the file it will be in, if it is ours to record. */
interface Candidate extends Claim {
  readonly event: EventOf<'OwnEvent'>;
}

/**
 * Records the events of one invocation, each in one file for all time, however often and whenever it comes again: *claim it for
 * a file, write the file, acknowledge*. Two laws hold whoever dies or comes late in between. A file is written only when all
 * that may be claimed for it is in it. A claim passes on only when its file is closed, which S3 refuses once it is written.
 * docs/analytics.md has the table of crashes.
 */
export function createRecorder(options: ClaimOptions) {
  return async function recordEvents(
    deliveries: readonly Delivery<'OwnEvent'>[],
    { remainingMs }: Pick<Invocation, 'remainingMs'>,
  ): Promise<ReadonlyMap<string, Outcome>> {
    const limitMs = remainingMs();
    const candidates = candidatesOf(deliveries, `${uuidv7(options.clock.now())}.ndjson.gz`);
    const claimed = await claimEvents(candidates, { ...options, hasTime: () => remainingMs() > limitMs / 4 });
    const outcomes = new Map<string, Outcome>();
    await Promise.all(
      [...Map.groupBy(claimed, ({ file }) => file)].map(async ([file, group]) => {
        const written = await write(file, group);
        for (const { eventId, owner } of group) {
          outcomes.set(eventId, owner.kind === 'ours' ? written : owner.outcome);
        }
      }),
    );
    return new Map(
      deliveries.map(({ messageId, event }) => [
        messageId,
        outcomes.get(eventIdOf(event)) ?? park(NO_FOLDER),
      ]),
    );
  };

  /** What becomes of those events of a file that are ours. */
  async function write(
    file: string,
    group: readonly (Candidate & { readonly owner: Owner })[],
  ): Promise<Outcome> {
    const ours = group.filter(({ owner }) => owner.kind === 'ours');
    if (group.some(({ owner }) => owner.kind === 'unknown')) {
      return retry('another event may be claimed for its file and would not be in it');
    }
    if (ours.length === 0) return done();
    try {
      const lines = ours.map(({ event }) => eventLine(event));
      const state = await options.files.write(file, lines);
      return state === 'written' ? done() : retry('its file was closed by another invocation');
    } catch (error) {
      return retry('its file could not be written', { error });
    }
  }
}

/** Each event once, whichever delivery of it came first; without those that no folder can have. */
function candidatesOf(deliveries: readonly Delivery<'OwnEvent'>[], fileName: string): readonly Candidate[] {
  const candidates = new Map<string, Candidate>();
  for (const { event } of deliveries) {
    const eventId = eventIdOf(event);
    const folder = eventFolder(event);
    if (folder === undefined || candidates.has(eventId)) continue;
    candidates.set(eventId, { eventId, event, file: folder + fileName });
  }
  return [...candidates.values()];
}

function eventIdOf({ detail }: EventOf<'OwnEvent'>): string {
  return detail.metadata.eventId;
}

const NO_FOLDER =
  'no folder can have its name or its time: source and type are letters, digits, ".", "_" and "-", occurredAt is a moment of the years 0 to 9999';
