import type { Invocation } from './functions.ts';

/**
 * Which messages of a batch go back to their queue.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function failedMessages(
  messageIds: readonly string[],
  invocation: Invocation,
  { reportsItemFailures }: { reportsItemFailures: boolean },
): ReadonlySet<string> {
  const all = new Set(messageIds);
  if (invocation.functionError) return all;
  if (!reportsItemFailures) return new Set();

  const response: unknown = JSON.parse(invocation.payload);
  if (response === null) return new Set();
  if (typeof response !== 'object') return all;
  const failures: unknown = 'batchItemFailures' in response ? response.batchItemFailures : undefined;
  if (failures === undefined || failures === null) return new Set();
  if (!Array.isArray(failures)) return all;
  const failed = failures.map((failure: { itemIdentifier?: unknown } | null) => failure?.itemIdentifier);
  // One entry that names no message of this batch makes the whole answer worthless.
  return failed.every((id): id is string => typeof id === 'string' && all.has(id)) ? new Set(failed) : all;
}
