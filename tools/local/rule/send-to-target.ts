import type { BusEvent } from '../bus/bus-event.ts';
import type { Logs } from '../function/create-logs.ts';
import type { Functions } from '../function/functions.ts';
import type { Caller } from '../local-service.ts';
import type { Queues } from '../queue/queues.ts';
import { DeliveryFailure } from './delivery-failure.ts';
import type { HttpParameters } from './http-parameters.ts';
import type { Rule, Target } from './rule.ts';
import { writeToLog } from './write-to-log.ts';

export interface Destinations {
  readonly queues: Queues;
  readonly functions: Functions;
  readonly logs: Pick<Logs, 'has' | 'write'>;
  /** Puts an event on a bus of this account. False when there is no such bus; throws when the caller may not. */
  readonly forward: (busArn: string, event: BusEvent, caller: Caller) => boolean;
  /** Calls an API destination. Nothing when there is no such destination, or its connection is gone; throws when the caller may not. */
  readonly callApi: (
    arn: string,
    request: { readonly body: string; readonly parameters: HttpParameters; readonly caller: Caller },
  ) => Promise<void> | undefined;
}

/** EventBridge as it acts for a rule: under the target's role if it has one. */
export function eventBridge({ arn: sourceArn }: Rule, roleArn?: string): Caller {
  return { kind: 'service', name: 'events.amazonaws.com', sourceArn, roleArn };
}

/** How an attempt goes on. */
export interface Sent {
  /** The message that a queue made of it. */
  readonly messageId?: string;
  /** Resolves when the target has it. @default it has it already */
  readonly arrival?: Promise<void>;
}

/** Makes one attempt. Throws, or its arrival rejects, with `DeliveryFailure` or the service's `AwsError`. */
export function sendToTarget(
  { queues, functions, logs, forward, callApi }: Destinations,
  { rule, target, event }: { rule: Rule; target: Target; event: BusEvent },
): Sent {
  const service = target.arn.split(':')[2];
  const caller = eventBridge(rule, target.roleArn);
  if (service === 'sqs') {
    const queue = queues.byArn(target.arn);
    if (queue === undefined) throw noResource(target);
    return queue.send(
      {
        body: target.input(event, rule),
        groupId: target.messageGroupId?.(event),
        traceHeader: event.traceHeader,
      },
      caller,
    );
  }
  if (service === 'lambda') {
    if (!functions.has(target.arn)) throw noResource(target);
    functions.invokeLater(target.arn, target.input(event, rule), { caller, traceHeader: event.traceHeader });
  } else if (service === 'logs') {
    const isTransformed = target.declared.InputTransformer !== undefined;
    writeToLog(logs, { arn: target.arn, rule, text: target.input(event, rule), isTransformed });
  } else if (isApiDestination(target.arn)) {
    const [body, parameters] = [target.input(event, rule), target.http(event)];
    const called = callApi(target.arn, { body, parameters, caller });
    if (called === undefined) throw noResource(target);
    return { arrival: called };
  } else {
    if (event.forwardedFrom !== undefined) {
      throw new DeliveryFailure(
        'THIRD_ACCOUNT_HOP_DETECTED',
        'An event can be sent to an event bus target only once.',
      );
    }
    if (!forward(target.arn, event, caller)) throw noResource(target);
  }
  return {};
}

/** The services whose resources can be targets here. */
export function canBeTarget(arn: string): boolean {
  return (
    /^arn:aws:(?:sqs:[^:]*:\d*:[^:]+|(?:lambda:[^:]*:\d*:function|logs:[^:]*:\d*:log-group):.+)$/.test(arn) ||
    /^arn:aws:events:[^:]*:\d*:(?:event-bus|api-destination)\/.+$/.test(arn)
  );
}

export function isApiDestination(arn: string): boolean {
  return arn.includes(':api-destination/');
}

function noResource(target: Target): DeliveryFailure {
  return new DeliveryFailure('NO_RESOURCE', `The target ${target.arn} does not exist.`);
}
