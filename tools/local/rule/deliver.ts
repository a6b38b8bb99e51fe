import { type BusEvent, envelopeOf } from '../bus/bus-event.ts';
import type { Engine } from '../local-service.ts';
import type { Queue } from '../queue/queues.ts';
import { DeliveryFailure, toDeliveryFailure } from './delivery-failure.ts';
import { keepDeliveries } from './keep-deliveries.ts';
import type { Rule, Target } from './rule.ts';
import { type Destinations, eventBridge, sendToTarget } from './send-to-target.ts';

export interface Delivery {
  readonly rule: Rule;
  readonly target: Target;
  readonly event: BusEvent;
  readonly startedAt: number;
}

export interface Deliverer {
  /** Delivers a matched event to each target of the rule, on its own schedule: with faults, retries and the dead-letter queue. */
  deliver(rule: Rule, event: BusEvent): void;
  /** Goes on with the deliveries that the engine's end interrupted. */
  resume(findRule: (bus: string, name: string) => Rule | undefined): void;
  /** Forgets every retry and every delayed delivery. Those of an engine with a data folder come back with it. */
  close(): void;
}

export function createDeliverer(engine: Engine, destinations: Destinations): Deliverer {
  const { clock, faults, observations } = engine;
  const kept = keepDeliveries(engine);
  const held = new Map<Target, Delivery>();
  let isClosed = false;

  return {
    deliver(rule, event) {
      for (const target of rule.targets.values()) {
        const delivery = { rule, target, event, startedAt: clock.now() };
        if (faults.isArmed('rule')) deliverWithFaults(delivery);
        else attempt(delivery, 1);
      }
    },
    resume(findRule) {
      for (const { delivery, attempt, dueAt } of kept.takeInterrupted(findRule)) {
        attemptAt(dueAt, delivery, attempt);
      }
    },
    close() {
      isClosed = true;
      held.clear();
    },
  };

  function deliverWithFaults(delivery: Delivery): void {
    const subject = subjectOf(delivery);
    const copies = faults.draw('rule', 'duplicate', subject) ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      const delay = faults.draw('rule', 'delay', subject);
      if (delay) clock.after(delay.ms ?? 0, () => attempt(delivery, 1));
      else inOrder(delivery, faults.draw('rule', 'reorder', subject) !== undefined);
    }
  }

  /** Holds a delivery back until the target's next one has overtaken it, or until nothing more comes. */
  function inOrder(delivery: Delivery, isHeld: boolean): void {
    const earlier = held.get(delivery.target);
    if (isHeld && earlier === undefined) {
      held.set(delivery.target, delivery);
      clock.after(reorderWaitMs, () => release(delivery));
      return;
    }
    attempt(delivery, 1);
    if (earlier !== undefined) release(earlier);
  }

  function release(delivery: Delivery): void {
    if (held.get(delivery.target) !== delivery) return;
    held.delete(delivery.target);
    attempt(delivery, 1);
  }

  function attemptAt(dueAt: number, delivery: Delivery, number: number): void {
    const forget = kept.keep({ delivery, attempt: number, dueAt });
    clock.after(dueAt - clock.now(), () => {
      if (isClosed) return;
      forget();
      attempt(delivery, number);
    });
  }

  function attempt(delivery: Delivery, number: number): void {
    if (isClosed) return;
    const failed = (error: unknown) => {
      if (!isClosed) giveUpOrRetry(delivery, number, toDeliveryFailure(error));
    };
    const delivered = (messageId?: string) =>
      observations.report({ kind: 'delivered', ...namesOf(delivery), attempt: number, messageId });
    try {
      if (faults.isArmed('rule') && faults.draw('rule', 'throttle', subjectOf(delivery))) {
        throw new DeliveryFailure('THROTTLING', 'Rate exceeded', { isRetryable: true });
      }
      const { arrival, messageId } = sendToTarget(destinations, delivery);
      if (arrival === undefined) delivered(messageId);
      else {
        const forget = kept.keep({ delivery, attempt: number, dueAt: clock.now() });
        void arrival
          .then(() => delivered(), failed)
          .then(() => {
            if (!isClosed) forget();
          });
      }
    } catch (error) {
      failed(error);
    }
  }

  function giveUpOrRetry(delivery: Delivery, number: number, failure: DeliveryFailure): void {
    if (!failure.isRetryable) {
      giveUp(delivery, number, failure);
      return;
    }
    const waitMs = Math.max(backoffMs(number) * (0.5 + faults.random() / 2), failure.retryAfterMs);
    const exhausted = exhaustedLimit(delivery, number, clock.now() + waitMs);
    if (exhausted !== undefined) {
      giveUp(delivery, number, failure, exhausted);
      return;
    }
    attemptAt(clock.now() + waitMs, delivery, number + 1);
    const { code, message } = failure;
    observations.report({ kind: 'retrying', ...namesOf(delivery), attempt: number, code, message, waitMs });
  }

  function giveUp(delivery: Delivery, attempts: number, failure: DeliveryFailure, exhausted?: string): void {
    const { rule, target, event } = delivery;
    reportUndeliverable(delivery, target.arn, failure);
    const queue = target.deadLetterArn && destinations.queues.byArn(target.deadLetterArn);
    if (!queue) return;
    try {
      const messageId = sendToDeadLetterQueue(queue, rule, event, {
        RULE_ARN: rule.arn,
        TARGET_ARN: target.arn,
        ERROR_CODE: failure.code,
        ERROR_MESSAGE: failure.message,
        EXHAUSTED_RETRY_CONDITION: exhausted,
        RETRY_ATTEMPTS: String(attempts - 1),
      });
      const reason = `${failure.code}: ${failure.message}`;
      observations.report({ kind: 'dead-lettered', queue: queue.name, messageId, door: 'rule', reason });
    } catch (error) {
      reportUndeliverable(delivery, queue.arn, toDeliveryFailure(error));
    }
  }

  function reportUndeliverable(delivery: Delivery, target: string, { code, message }: DeliveryFailure): void {
    observations.report({ kind: 'undeliverable', ...namesOf(delivery), target, code, message });
  }
}

// Long enough for the next event of a burst, short enough not to look like a loss.
const reorderWaitMs = 50;

/** 1 s, doubling to about eight minutes: 185 retries then take most of a day, as AWS's default limits suggest. */
function backoffMs(attempt: number): number {
  return 1000 * 2 ** Math.min(attempt - 1, 9);
}

/** The limit of the target's retry policy that a further attempt at this time would exceed. */
function exhaustedLimit(
  { target, startedAt }: Delivery,
  attempts: number,
  nextAt: number,
): string | undefined {
  if (attempts > target.maxRetryAttempts) return 'MaximumRetryAttempts';
  if (nextAt - startedAt > target.maxEventAgeMs) return 'MaximumEventAgeInSeconds';
  return undefined;
}

function namesOf({ rule, target, event }: Delivery) {
  return { bus: rule.bus.name, rule: rule.name, eventId: event.id, target: target.arn };
}

function subjectOf({ rule, event }: Delivery): string {
  return `${rule.name} ${envelopeOf(event)}`;
}

function sendToDeadLetterQueue(
  queue: Queue,
  rule: Rule,
  event: BusEvent,
  texts: Readonly<Record<string, string | undefined>>,
): string {
  const attributes = Object.entries(texts).flatMap(([name, text]) =>
    text === undefined ? [] : [[name, { DataType: 'String', StringValue: text }] as const],
  );
  return queue.send(
    { body: envelopeOf(event), attributes: Object.fromEntries(attributes) },
    eventBridge(rule),
  ).messageId;
}
