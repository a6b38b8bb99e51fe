import type { BusEvent } from '../bus/bus-event.ts';
import type { Functions } from '../function/functions.ts';
import type { Caller } from '../local-service.ts';
import type { Queues } from '../queue/queues.ts';
import { DeliveryFailure } from './delivery-failure.ts';
import type { Rule, Target } from './rule.ts';

export interface Destinations {
  readonly queues: Queues;
  readonly functions: Functions;
  /** Puts an event on a bus of this account. False when there is no such bus; throws when the caller may not. */
  readonly forward: (busArn: string, event: BusEvent, caller: Caller) => boolean;
}

/** EventBridge as it acts for a rule: under the target's role if it has one. */
export function eventBridge({ arn: sourceArn }: Rule, roleArn?: string): Caller {
  return { kind: 'service', name: 'events.amazonaws.com', sourceArn, roleArn };
}

/** Makes one attempt; the target has it when this returns. Throws `DeliveryFailure` or the service's `AwsError`. */
export function sendToTarget(
  { queues, functions, forward }: Destinations,
  { rule, target, event }: { rule: Rule; target: Target; event: BusEvent },
): void {
  const service = target.arn.split(':')[2];
  const caller = eventBridge(rule, target.roleArn);
  if (service === 'sqs') {
    const queue = queues.byArn(target.arn);
    if (queue === undefined) throw noResource(target);
    queue.send(
      {
        body: target.input(event, rule),
        groupId: target.messageGroupId?.(event),
        traceHeader: event.traceHeader,
      },
      caller,
    );
  } else if (service === 'lambda') {
    if (!functions.has(target.arn)) throw noResource(target);
    functions.invokeLater(target.arn, target.input(event, rule), caller);
  } else {
    if (event.cameOverBus) {
      throw new DeliveryFailure(
        'THIRD_ACCOUNT_HOP_DETECTED',
        'An event can be sent to an event bus target only once.',
      );
    }
    if (!forward(target.arn, event, caller)) throw noResource(target);
  }
}

/** The services whose resources can be targets here. */
export function canBeTarget(arn: string): boolean {
  return /^arn:aws:(?:sqs:[^:]*:\d*:[^:]+|lambda:[^:]*:\d*:function:.+|events:[^:]*:\d*:event-bus\/.+)$/.test(
    arn,
  );
}

function noResource(target: Target): DeliveryFailure {
  return new DeliveryFailure('NO_RESOURCE', `The target ${target.arn} does not exist.`);
}
