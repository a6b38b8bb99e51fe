import type { Engine } from '../local-service.ts';
import type { EventRecord } from '../record/create-record.ts';
import type { Deliverer } from '../rule/deliver.ts';
import type { EventFields } from '../rule/event-fields.ts';
import { explainMismatch } from '../rule/explain-mismatch.ts';
import type { Rule } from '../rule/rule.ts';
import { keepEvent } from './archive.ts';
import type { Bus } from './bus.ts';
import { type BusEvent, envelopeOf, fieldsOf } from './bus-event.ts';
import type { PublishOptions } from './events-context.ts';

export interface Publisher {
  publish(bus: Bus, event: BusEvent, options: PublishOptions): void;
  /** Drops what is still waiting to be matched. */
  close(): void;
}

/** Takes events in at once and matches them on a later turn, so that a publisher never waits for the rules. */
export function createPublisher(
  engine: Engine,
  { deliverer, record }: { readonly deliverer: () => Deliverer; readonly record?: EventRecord },
): Publisher {
  const { clock, faults, observations } = engine;
  let waiting: (() => void)[] = [];
  let isClosed = false;

  return {
    publish(bus, event, options) {
      observations.report({
        kind: 'published',
        bus: bus.name,
        eventId: event.id,
        source: event.source,
        detailType: event.detailType,
        bytes: event.bytes,
        caller: options.caller,
        forwardedFrom: event.forwardedFrom,
        replayName: event.replayName,
      });
      record?.keep(bus.name, event);
      const matchIt = () => match(bus, event, options);
      const delay = faults.isArmed('bus') && faults.draw('bus', 'delay', `${bus.name} ${envelopeOf(event)}`);
      if (delay) clock.after(delay.ms ?? 0, matchIt);
      else enqueue(matchIt);
    },
    close() {
      isClosed = true;
      waiting = [];
    },
  };

  function enqueue(task: () => void): void {
    waiting.push(task);
    if (waiting.length > 1) return;
    setImmediate(() => {
      const due = waiting;
      waiting = [];
      for (const one of due) one();
    });
  }

  function match(bus: Bus, event: BusEvent, { ruleArns }: PublishOptions): void {
    if (isClosed) return;
    const fields = fieldsOf(event);
    for (const archive of bus.archives) keepEvent(archive, event, fields);
    const isAsked = (rule: Rule) => ruleArns?.has(rule.arn) ?? true;
    const matched = bus.index.matchText(envelopeOf(event)).filter(isAsked);
    for (const rule of matched) {
      observations.report({ kind: 'matched', bus: bus.name, rule: rule.name, eventId: event.id });
      deliverer().deliver(rule, event);
    }
    if (matched.length === 0) {
      const { id: eventId, source, detailType } = event;
      observations.report({ kind: 'unheard', bus: bus.name, eventId, source, detailType });
    }
    if (observations.isHeard('unmatched')) explain(bus, event, fields, isAsked);
  }

  function explain(bus: Bus, event: BusEvent, fields: EventFields, isAsked: (rule: Rule) => boolean): void {
    for (const rule of bus.rules.values()) {
      if (rule.state !== 'ENABLED' || !isAsked(rule)) continue;
      const mismatch = explainMismatch(rule.pattern, fields);
      if (mismatch === undefined) continue;
      const clause = `${mismatch.path} ${mismatch.condition}, found ${mismatch.value}`;
      observations.report({ kind: 'unmatched', bus: bus.name, rule: rule.name, eventId: event.id, clause });
    }
  }
}
