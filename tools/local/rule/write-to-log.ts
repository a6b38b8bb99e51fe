import { isObject } from '../bus/request.ts';
import type { Logs } from '../function/create-logs.ts';
import { DeliveryFailure } from './delivery-failure.ts';
import type { Rule } from './rule.ts';

/** Writes what a target receives to a log group, in the stream of its rule. Throws `DeliveryFailure` when the group is gone. */
export function writeToLog(
  logs: Pick<Logs, 'has' | 'write'>,
  { arn, rule, text, isTransformed }: { arn: string; rule: Rule; text: string; isTransformed: boolean },
): void {
  const group = logGroupOf(arn);
  if (!logs.has(group)) throw new DeliveryFailure('NO_RESOURCE', `The log group ${group} does not exist.`);
  const stream = rule.arn.slice(rule.arn.indexOf(':rule/') + 1);
  if (!isTransformed) {
    logs.write(group, stream, text);
    return;
  }
  const { message, timestamp } = readLogEvent(text);
  logs.write(group, stream, message, timestamp);
}

/** `arn:aws:logs:us-east-1:123456789012:log-group:/aws/events/x:*` -> `/aws/events/x` */
export function logGroupOf(arn: string): string {
  return arn.split(':').slice(6).join(':').replace(/:\*$/, '');
}

/** A transformed input must be `{timestamp, message}`: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html */
function readLogEvent(text: string): { message: string; timestamp: number } {
  const event: unknown = JSON.parse(text);
  const { message, timestamp } = isObject(event) ? event : {};
  const ms = typeof timestamp === 'string' ? Date.parse(timestamp) : timestamp;
  if (message === undefined || typeof ms !== 'number' || Number.isNaN(ms)) {
    throw new DeliveryFailure(
      'INVALID_PARAMETER',
      `A log group takes {"timestamp": a time, "message": what to write}, not ${text}`,
    );
  }
  return { message: typeof message === 'string' ? message : JSON.stringify(message), timestamp: ms };
}
