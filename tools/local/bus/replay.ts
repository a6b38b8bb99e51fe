import { parseEvent } from '../rule/parse-event.ts';
import type { Archive } from './archive.ts';
import { type ArchivedEvent, timeOf } from './archived-events.ts';
import type { EventsContext } from './events-context.ts';

/** One run of an archive's events back over its bus. */
export interface Replay {
  readonly name: string;
  readonly arn: string;
  readonly archive: Archive;
  readonly description: string | undefined;
  /** The rules that see the events; all when absent. */
  readonly filterArns: readonly string[] | undefined;
  /** Milliseconds. */
  readonly from: number;
  readonly to: number;
  readonly startedAt: number;
  state: 'STARTING' | 'RUNNING' | 'COMPLETED' | 'CANCELLING' | 'CANCELLED';
  endedAt: number | undefined;
  lastEventAt: number | undefined;
}

/** Puts the archived events of the window on the bus again, some on each turn, until done or cancelled. */
export function runReplay(context: EventsContext, replay: Replay): void {
  const { lastEventAt = replay.from, to } = replay;
  const shownUntil = replay.startedAt - context.archiveDelayMs;
  // Going on after a restart, from the beginning of the minute that it had come to.
  const read = replay.archive.events.read({
    from: Math.max(replay.from, lastEventAt - (lastEventAt % 60_000)),
    to,
  });
  setImmediate(next);

  function next(): void {
    if (replay.state === 'CANCELLING') {
      end('CANCELLED');
      return;
    }
    replay.state = 'RUNNING';
    const due = read(eventsPerTurn);
    for (const event of due) if (event.acceptedAt <= shownUntil) bringBack(context, replay, event);
    if (due.length < eventsPerTurn) end('COMPLETED');
    else {
      context.changed();
      setImmediate(next);
    }
  }

  function end(state: Replay['state']): void {
    replay.state = state;
    replay.endedAt = context.engine.clock.now();
    context.changed();
  }
}

const eventsPerTurn = 100;

function bringBack(context: EventsContext, replay: Replay, event: ArchivedEvent): void {
  replay.lastEventAt = timeOf(event);
  context.publish(
    replay.archive.bus,
    {
      ...event,
      replayName: replay.name,
      detail: parseEvent(event.detailText),
      acceptedAt: context.engine.clock.now(),
    },
    {
      caller: 'events.amazonaws.com',
      ruleArns: replay.filterArns === undefined ? undefined : new Set(replay.filterArns),
    },
  );
}
