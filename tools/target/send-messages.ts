import { setTimeout as wait } from 'node:timers/promises';
import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** An event, and where it goes. */
export interface Parcel {
  readonly queueUrl: string;
  /** JSON text of the event, as a rule would send it. */
  readonly body: string;
}

/**
 * Sends each event to its queue, in requests of up to ten and 1 MiB. Resolves when SQS has accepted all. Throws when one is refused, or is
 * not accepted after some tries; others may have been: whoever repeats sends them twice, which consumers bear.
 */
export async function sendMessages(parcels: readonly Parcel[], sqs: SQSClient): Promise<void> {
  for (const [queueUrl, own] of Map.groupBy(parcels, (parcel) => parcel.queueUrl)) {
    for (const batch of batchesOf(own.map(({ body }) => body))) await sendBatch(queueUrl, batch, sqs);
  }
}

async function sendBatch(QueueUrl: string, bodies: readonly string[], sqs: SQSClient): Promise<void> {
  let left = bodies.map((MessageBody, n) => ({ Id: String(n), MessageBody }));
  for (let tries = 1; ; tries += 1) {
    const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: left }));
    if (Failed.length === 0) return;
    const refused =
      Failed.find(({ SenderFault }) => SenderFault) ?? (tries === TRIES ? Failed[0] : undefined);
    if (refused)
      throw new Error(`SQS did not accept a message for ${QueueUrl}: ${refused.Code}: ${refused.Message}`);
    const ids = new Set(Failed.map(({ Id }) => Id));
    left = left.filter(({ Id }) => ids.has(Id));
    await wait(100 * 2 ** tries);
  }
}

const TRIES = 5;

function batchesOf(bodies: readonly string[]): readonly (readonly string[])[] {
  const batches: string[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const body of bodies) {
    const size = Buffer.byteLength(body);
    const current = batches.at(-1);
    if (current === undefined || current.length === 10 || bytes + size > 1_048_576) {
      batches.push([body]);
      bytes = size;
    } else {
      current.push(body);
      bytes += size;
    }
  }
  return batches;
}
