import { randomUUID } from 'node:crypto';
import type { ArchivedEvent } from '../bus/archived-events.ts';
import type { Engine } from '../local-service.ts';
import type { Delivery } from './deliver.ts';
import { parseEvent } from './parse-event.ts';
import type { Rule } from './rule.ts';

/** A delivery that is not done: the attempt that is being made or comes next, and when. */
interface Pending {
  readonly delivery: Delivery;
  readonly attempt: number;
  readonly dueAt: number;
}

export interface KeptDeliveries {
  /** Keeps it until the function that this returns is called. */
  keep(pending: Pending): () => void;
  /** Gives, once, what was pending when the engine ended. Of rules and targets that are gone, nothing. */
  takeInterrupted(findRule: (bus: string, name: string) => Rule | undefined): readonly Pending[];
}

/** Keeps pending deliveries in the data folder, if there is one. */
export function keepDeliveries({ persistence }: Engine): KeptDeliveries {
  const kept = persistence?.collection<KeptDelivery>('deliveries');
  let interrupted = kept?.entries() ?? [];

  return {
    keep(pending) {
      if (!kept) return () => {};
      const key = randomUUID();
      kept.put(key, () => describe(pending));
      return () => kept.delete(key);
    },
    takeInterrupted(findRule) {
      const found = interrupted.flatMap(([key, { attempt, bus, dueAt, event, startedAt, ...names }]) => {
        // Whoever makes the attempt keeps it again, in the same transaction.
        kept?.delete(key);
        const rule = findRule(bus, names.rule);
        const target = rule?.targets.get(names.target);
        if (!rule || !target) return [];
        const detail = parseEvent(event.detailText);
        return [{ attempt, dueAt, delivery: { rule, target, startedAt, event: { ...event, detail } } }];
      });
      interrupted = [];
      return found;
    },
  };
}

type KeptDelivery = ReturnType<typeof describe>;

function describe({ attempt, delivery, dueAt }: Pending) {
  const { event, rule, startedAt, target } = delivery;
  const { detail: _, ...kept } = event;
  const names = { bus: rule.bus.name, rule: rule.name, target: target.id };
  return { ...names, attempt, dueAt, startedAt, event: kept satisfies ArchivedEvent };
}
