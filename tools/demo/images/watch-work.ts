import type { Observations } from '../../local/observations.ts';
import type { Queues } from '../../local/queue/queues.ts';

/** How a consumer stands with one event. */
export interface Work {
  readonly state: 'waiting' | 'working' | 'retrying' | 'given-up';
  /** When the event entered its queue, in milliseconds since 1970. */
  readonly queuedAt: number;
}

export interface WorkWatch {
  /** Undefined until the event is in the queue, and for queues that are not watched. */
  of(eventId: string, queue: string): Work | undefined;
  /** True when no event of the bus is on its way, nothing in the queues is visible and no function is at work on them. */
  isIdle(): boolean;
  stop(): void;
}

/** Follows the messages of some queues through the engine, to tell who is at work on which event, and when all is done. */
export function watchWork({
  aws: { observations, queues: allQueues },
  bus,
  queues,
}: {
  readonly aws: { readonly observations: Observations; readonly queues: Pick<Queues, 'list'> };
  readonly bus: string;
  readonly queues: ReadonlySet<string>;
}): WorkWatch {
  const works = new Map<string, Work>();
  const byMessage = new Map<string, string>();
  const unmatched = new Set<string>();
  let lastEnqueued = { queue: '', messageId: '' };
  let atWork = 0;

  const move = (messageIds: readonly string[], state: Work['state']) => {
    for (const messageId of messageIds) {
      const key = byMessage.get(messageId);
      const work = key === undefined ? undefined : works.get(key);
      if (key !== undefined && work) works.set(key, { ...work, state });
    }
  };

  const stops = [
    observations.on('published', (event) => {
      if (event.bus === bus) unmatched.add(event.eventId);
    }),
    observations.on('matched', ({ eventId }) => unmatched.delete(eventId)),
    observations.on('unheard', ({ eventId }) => unmatched.delete(eventId)),
    observations.on('enqueued', ({ queue, messageId }) => {
      lastEnqueued = { queue, messageId };
    }),
    // A rule's message enters the queue in the same breath as the delivery is reported.
    observations.on('delivered', ({ eventId, target }) => {
      const { queue, messageId } = lastEnqueued;
      if (!queues.has(queue) || !target.endsWith(`:${queue}`)) return;
      const key = keyOf(eventId, queue);
      byMessage.set(messageId, key);
      if (!works.has(key)) works.set(key, { state: 'waiting', queuedAt: Date.now() });
    }),
    observations.on('received', ({ queue, messageIds, caller }) => {
      if (!queues.has(queue) || caller !== POLLER) return;
      atWork += messageIds.length;
      move(messageIds, 'working');
    }),
    observations.on('settled', ({ queue, done, failed }) => {
      if (!queues.has(queue)) return;
      atWork -= done.length + failed.length;
      move(failed, 'retrying');
    }),
    observations.on('dead-lettered', ({ messageId }) => move([messageId], 'given-up')),
  ];

  return {
    of: (eventId, queue) => works.get(keyOf(eventId, queue)),
    isIdle() {
      const watched = allQueues.list().filter(({ name }) => queues.has(name));
      return atWork === 0 && unmatched.size === 0 && watched.every((queue) => queue.depth().visible === 0);
    },
    stop() {
      for (const stop of stops) stop();
    },
  };
}

const keyOf = (eventId: string, queue: string) => `${queue} ${eventId}`;

const POLLER = 'lambda.amazonaws.com';
