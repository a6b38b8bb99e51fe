import { DeleteMessageBatchCommand, type Message, type SQSClient } from '@aws-sdk/client-sqs';

/** Deletes up to ten received messages. Throws when SQS has not deleted one after some tries. */
export async function deleteMessages(
  QueueUrl: string,
  messages: readonly Message[],
  sqs: SQSClient,
): Promise<void> {
  let Entries = messages.map(({ ReceiptHandle }, n) => ({ Id: String(n), ReceiptHandle }));
  for (let tries = 1; Entries.length > 0; tries += 1) {
    const { Failed = [] } = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    const [first] = Failed;
    if (first === undefined) return;
    if (first.SenderFault || tries === TRIES) {
      throw new Error(
        `SQS did not delete ${Failed.length} messages of ${QueueUrl}: ${first.Code}: ${first.Message}`,
      );
    }
    const ids = new Set(Failed.map(({ Id }) => Id));
    Entries = Entries.filter(({ Id }) => ids.has(Id));
  }
}

const TRIES = 5;
