import { SQSClient } from '@aws-sdk/client-sqs';
import { createEventChecker } from '../check-event.ts';
import { type Consumer, readConsumers } from '../target/read-consumers.ts';
import { describeEvent } from './describe-event.ts';
import { type FindOptions, findEvent } from './find-event.ts';
import { followEvents } from './follow-events.ts';
import { flatten, growTree } from './grow-tree.ts';
import { type KnownEvent, readAnswer } from './known-event.ts';
import { lookForLetters } from './look-for-letters.ts';
import { type Analytics, openAnalytics } from './read-analytics.ts';
import { readFanIn } from './read-fan-in.ts';
import { readLocalRecord } from './read-local-record.ts';
import type { Trace } from './trace.ts';

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
    const look = (of: readonly Consumer[]) => lookForLetters(of, { sqs, signal });
    const root = await findEvent(id, { ...options, analytics, look: () => look(consumers) });
    const { events, notes } = await readChain(root, { analytics, signal, target });
    const tree = growTree(root, events, options.depth);
    const checkEvent = createEventChecker();
    // What its schema refuses may lack what names the job.
    const fanIn = checkEvent(root.text).result === 'valid' ? await readFanIn(root, target) : undefined;
    const onBus = root.bus === target.names.bus ? consumers : [];
    const followed = await followEvents(flatten(tree), { consumers: onBus, look, signal, target });
    return {
      event: { ...describeEvent(tree, { checkEvent, paths: followed.paths }), ...(fanIn && { fanIn }) },
      notes: [
        ...(root.bus === target.names.bus
          ? []
          : [`It was said on the bus ${root.bus}, and no rule there took it to ${target.names.bus}.`]),
        ...notes,
        ...followed.notes,
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
            `The local AWS remembers since ${answer.since}: what was before is from the analytics record and the dead-letter queues. Its logs begin anew with it.`,
          ]
        : []),
      ...(isCut
        ? ['It was said in a busy hour: of what it caused there may be more in the analytics record.']
        : []),
    ],
  };
}
