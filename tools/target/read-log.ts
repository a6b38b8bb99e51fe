import {
  type CloudWatchLogsClient,
  paginateFilterLogEvents,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs';
import { isJsonObject, type JsonObject } from '../codegen/schema-set.ts';
import { parseJson } from '../parse-json.ts';
import type { Consumer } from './read-consumers.ts';

/** The log of a consumer's function, which has its queue's name. */
export function logGroupOf({ queue }: Pick<Consumer, 'queue'>): string {
  return `/aws/lambda/${queue.name}`;
}

/**
 * The records in a log that a filter pattern lets through, since a moment in milliseconds, in the order of their times; none when there
 * is no such log. Rejects with the signal's reason when it is aborted.
 */
export async function* readLog(
  client: CloudWatchLogsClient,
  {
    signal,
    ...where
  }: {
    readonly logGroupName: string;
    readonly startTime: number;
    readonly filterPattern: string;
    readonly signal: AbortSignal;
  },
): AsyncGenerator<{ readonly at: number; readonly record: JsonObject }> {
  try {
    for await (const { events = [] } of paginateFilterLogEvents({ client }, where)) {
      signal.throwIfAborted();
      for (const { message = '', timestamp: at = 0 } of events) {
        const record = parseJson(message);
        // Plain text is written by what is not ours, such as a library.
        if (isJsonObject(record)) yield { at, record };
      }
    }
  } catch (error) {
    // It has not run yet, or is no function of ours.
    if (!(error instanceof ResourceNotFoundException)) throw error;
  }
}
