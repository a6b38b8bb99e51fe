import {
  ChangeMessageVisibilityBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';

/**
 * Receives up to ten messages with all their attributes, and hides them for the time being. `isMoreExpected` waits a second for one: SQS
 * asks only some of its servers otherwise.
 */
export async function receive(
  QueueUrl: string,
  {
    isMoreExpected,
    most = 10,
    sqs,
  }: { readonly isMoreExpected: boolean; readonly most?: number; readonly sqs: SQSClient },
): Promise<readonly Message[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: Math.min(most, 10),
      VisibilityTimeout: HIDDEN_SECONDS,
      WaitTimeSeconds: isMoreExpected ? 1 : 0,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['All'],
    }),
  );
  return Messages;
}

/** What a killed command has received is visible again after this. */
const HIDDEN_SECONDS = 120;

/** Makes messages visible again at once. */
export async function release(
  QueueUrl: string,
  handles: readonly (string | undefined)[],
  sqs: SQSClient,
): Promise<void> {
  for (let first = 0; first < handles.length; first += 10) {
    const Entries = handles
      .slice(first, first + 10)
      .map((ReceiptHandle, n) => ({ Id: String(n), ReceiptHandle, VisibilityTimeout: 0 }));
    // One that fails was hidden no more.
    await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
  }
}
