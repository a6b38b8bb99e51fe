import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { JsonObject } from '../codegen/schema-set.ts';
import type { Consumer } from '../target/read-consumers.ts';
import { logGroupOf, readLog } from '../target/read-log.ts';
import type { Target } from '../target/target.ts';
import type { Attempt } from './trace.ts';

/** Tells what a consumer's function logged of events. */
export interface AttemptReader {
  /** The attempts by event, in the order of their ends, since a moment in milliseconds. */
  read(
    consumer: Pick<Consumer, 'queue'>,
    events: { readonly ids: readonly string[]; readonly since: number },
  ): Promise<ReadonlyMap<string, readonly Attempt[]>>;
  close(): void;
}

/** Reads them from CloudWatch Logs: `consume-batch.ts` names each event that it was done with, and why it was not with another. */
export function createAttemptReader({ settings }: Target, signal: AbortSignal): AttemptReader {
  const client = new CloudWatchLogsClient(settings);

  return {
    async read(consumer, { ids, since }) {
      const wanted = new Set(ids);
      const attempts = new Map<string, Attempt[]>();
      for (let n = 0; n < ids.length; n += IDS_PER_PATTERN) {
        const filterPattern = ids
          .slice(n, n + IDS_PER_PATTERN)
          .map((id) => `?"${id}"`)
          .join(' ');
        // Clocks differ a little.
        const where = { logGroupName: logGroupOf(consumer), startTime: since - 5_000, filterPattern };
        for await (const { at, record } of readLog(client, { ...where, signal })) {
          for (const [id, attempt] of attemptsIn(record, at)) {
            if (wanted.has(id)) attempts.set(id, [...(attempts.get(id) ?? []), attempt]);
          }
        }
      }
      return attempts;
    },
    close: () => client.destroy(),
  };
}

/** A pattern has at most 1,024 characters. */
const IDS_PER_PATTERN = 20;

function* attemptsIn(record: JsonObject, timestamp: number): Iterable<[string, Attempt]> {
  const { error, eventId, events, message, ms, reason, requestId } = record;
  const invocation = {
    at: new Date(timestamp).toISOString(),
    ...(typeof requestId === 'string' && { requestId }),
    ...(typeof ms === 'number' && { ms }),
  };
  if (message === 'batch handled' && Array.isArray(events)) {
    for (const id of events) yield [String(id), { ...invocation, outcome: 'done' }];
  }
  const outcome = Object.hasOwn(OUTCOMES, String(message)) ? OUTCOMES[String(message)] : undefined;
  if (outcome !== undefined)
    yield [String(eventId), { ...invocation, outcome, reason: reasonOf(reason, error) }];
}

const OUTCOMES: Readonly<Record<string, Attempt['outcome']>> = {
  'message failed': 'retry',
  'message failed for the last time': 'failed',
  'message parked': 'park',
};

/** `the handler threw: no such bucket` */
function reasonOf(reason: unknown, error: unknown): string {
  const said = typeof error === 'object' && error !== null && 'message' in error ? error.message : error;
  return [reason, said].filter((one) => one !== undefined).join(': ');
}
