import type { ConsumableType, Contract, EventOf, EventType } from './event.ts';
import type { Log } from './log.ts';
import { everyOwnEvent, type Subscription } from './subscription.ts';

/** One message with the event in it, checked against its schema. */
export interface Delivery<Type extends ConsumableType> {
  readonly event: EventOf<Type>;
  /** SQS's id of the message, the same at every receive. */
  readonly messageId: string;
  /** 1 at the first receive. */
  readonly receiveCount: number;
  /** If it fails now, SQS moves it to the dead-letter queue. */
  readonly isLastReceive: boolean;
}

/** The invocation in which a message is handled. */
export interface Invocation {
  /** AWS's id of it, as in the log. */
  readonly requestId: string;
  /** Milliseconds until the function's time limit. */
  remainingMs(): number;
  readonly log: Log;
}

/** The event types that a subscription consumes. */
export type ConsumedBy<Consumer extends Subscription> =
  Consumer['consumes'][number]['event'] extends `${string}/${infer Type}`
    ? Type & EventType
    : Consumer['consumes'][number]['event'] extends typeof everyOwnEvent
      ? 'OwnEvent'
      : EventType;

/** The contracts as `consumes` names their events. Throws when one that the subscription consumes is not among them. */
export function contractsByAddress<Type extends ConsumableType>(
  subscription: Subscription,
  contracts: readonly Contract<Type>[],
): ReadonlyMap<string, Contract<Type>> {
  const byAddress = new Map(contracts.map((contract) => [addressOf(contract), contract]));
  const missing = subscription.consumes.map(({ event }) => event).filter((event) => !byAddress.has(event));
  if (missing.length > 0) {
    throw new Error(
      `${subscription.name} consumes ${missing.join(', ')}, but was not given the contract: add it to "events".`,
    );
  }
  return byAddress;
}

function addressOf({ source, type }: Contract<ConsumableType>): string {
  return source === everyOwnEvent ? source : `${source}/${type}`;
}
