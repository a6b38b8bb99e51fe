import { ChangeMessageVisibilityBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Log } from './log.ts';

/**
 * Lets failed messages come back after a time of their own: the queue's, six times the function's, is far too long for a
 * passing failure. When SQS refuses, the messages still come back after that.
 */
export async function shortenVisibility({
  waits,
  queueUrl,
  sqs,
  log,
}: {
  readonly waits: readonly { readonly receiptHandle: string; readonly seconds: number }[];
  readonly queueUrl: string;
  readonly sqs: SQSClient;
  readonly log: Log;
}): Promise<void> {
  const entries = waits.map(({ receiptHandle, seconds }, index) => ({
    Id: String(index),
    ReceiptHandle: receiptHandle,
    VisibilityTimeout: seconds,
  }));
  const requests = Array.from({ length: Math.ceil(entries.length / 10) }, (_, n) =>
    sqs.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl: queueUrl,
        Entries: entries.slice(n * 10, n * 10 + 10),
      }),
    ),
  );
  for (const answer of await Promise.allSettled(requests)) {
    const error = answer.status === 'rejected' ? answer.reason : answer.value.Failed?.[0];
    if (error) log.warn('messages come back only after the full visibility timeout', { error });
  }
}
