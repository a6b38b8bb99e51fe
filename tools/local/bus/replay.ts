import { parseEvent } from '../rule/parse-event.ts';
import { eventBridge } from '../rule/send-to-target.ts';
import type { Archive, ArchivedEvent } from './archive.ts';
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
  // AWS replays minute by minute of event time, without order within a minute.
  const due = replay.archive.events
    .filter((event) => replay.from <= timeOf(event) && timeOf(event) <= replay.to)
    .sort((a, b) => minuteOf(a) - minuteOf(b));
  setImmediate(next, 0);

  function next(start: number): void {
    if (replay.state === 'CANCELLING') {
      end('CANCELLED');
      return;
    }
    replay.state = 'RUNNING';
    for (const event of due.slice(start, start + eventsPerTurn)) bringBack(context, replay, event);
    if (start + eventsPerTurn < due.length) setImmediate(next, start + eventsPerTurn);
    else end('COMPLETED');
  }

  function end(state: Replay['state']): void {
    replay.state = state;
    replay.endedAt = context.engine.clock.now();
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
      caller: eventBridge.name,
      ruleArns: replay.filterArns === undefined ? undefined : new Set(replay.filterArns),
    },
  );
}

function timeOf({ time }: ArchivedEvent): number {
  return Date.parse(time);
}

function minuteOf(event: ArchivedEvent): number {
  return Math.floor(timeOf(event) / 60_000);
}
