import type { Engine } from '../local-service.ts';
import type { ApiDestination } from './api-destinations.ts';
import type { Archive } from './archive.ts';
import type { Bus } from './bus.ts';
import type { BusEvent } from './bus-event.ts';
import type { Connection } from './connections.ts';
import type { Replay } from './replay.ts';

/** What the operations of EventBridge share. */
export interface EventsContext {
  readonly engine: Engine;
  readonly buses: Map<string, Bus>;
  readonly archives: Map<string, Archive>;
  readonly replays: Map<string, Replay>;
  readonly connections: Map<string, Connection>;
  readonly apiDestinations: Map<string, ApiDestination>;
  /** How long after its publication an archive has an event for replays. */
  readonly archiveDelayMs: number;
  /** The bus of this name or ARN; nothing when there is none. */
  findBus(nameOrArn: string): Bus | undefined;
  /** The same for an operation: absent means `default`; throws `ResourceNotFoundException`. */
  requireBus(nameOrArn: string | undefined): Bus;
  /** Says that something other than events has changed, so that an engine with a data folder keeps it. */
  changed(): void;
  /** Accepts an event on a bus: reports it, archives it, and lets its rules deliver it soon after. */
  publish(bus: Bus, event: BusEvent, options: PublishOptions): void;
}

export interface PublishOptions {
  /** Who put it there. */
  readonly caller: string;
  /** Only these rules see it: a replay's filter. @default every rule of the bus */
  readonly ruleArns?: ReadonlySet<string>;
}
