import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';
import type { SqsHandler } from '../../../services/runtime/consume-batch.ts';
import type { LocalAws } from '../../../tools/local/start-local-aws.ts';
import { clientSettings } from '../../tools/local/client-settings.ts';

let opened = 0;

/** A queue with its dead-letter queue on the engine, and a poller of one's own that runs a handler as Lambda would. */
export async function openQueue(aws: LocalAws) {
  opened += 1;
  const sqs = new SQSClient(clientSettings(aws));
  const create = async (QueueName: string, Attributes: Record<string, string> = {}) =>
    (await sqs.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl ?? '';
  const name = `consume-${opened}`;
  const deadLetterQueueUrl = await create(`${name}-dlq`);
  const deadLetterTargetArn = `arn:aws:sqs:${aws.region}:${aws.accountId}:${name}-dlq`;
  const url = await create(name, {
    VisibilityTimeout: '360',
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 5 }),
  });

  async function receive(QueueUrl: string) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
    );
    return Messages;
  }

  return {
    sqs,
    environment: { QUEUE_URL: url, DEAD_LETTER_QUEUE_URL: deadLetterQueueUrl, MAX_RECEIVES: 5 },
    async send(...bodies: readonly (string | object)[]) {
      for (const body of bodies) {
        const MessageBody = typeof body === 'string' ? body : JSON.stringify(body);
        await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody }));
      }
    },
    /** Receives what is visible, runs the handler and deletes what did not fail. Returns how many were received and how many failed. */
    async poll(handler: SqsHandler) {
      const messages = await receive(url);
      if (messages.length === 0) return { received: 0, failed: 0 };
      const Records = messages.map(
        ({ MessageId = '', ReceiptHandle = '', Body = '', Attributes = {} }) =>
          ({
            messageId: MessageId,
            receiptHandle: ReceiptHandle,
            body: Body,
            attributes: Attributes as unknown as SQSRecord['attributes'],
            messageAttributes: {},
            md5OfBody: '',
            eventSource: 'aws:sqs',
            eventSourceARN: `arn:aws:sqs:${aws.region}:${aws.accountId}:${name}`,
            awsRegion: aws.region,
          }) satisfies SQSRecord,
      );
      const { batchItemFailures } = await handler(
        { Records },
        { awsRequestId: 'request-1', getRemainingTimeInMillis: () => 60_000 },
      );
      const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      for (const { messageId, receiptHandle } of Records) {
        if (failed.has(messageId)) continue;
        await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: receiptHandle }));
      }
      return { received: Records.length, failed: failed.size };
    },
    /** The messages in the dead-letter queue: body, and attributes as plain text. */
    async deadLetters() {
      return (await receive(deadLetterQueueUrl)).map(({ Body = '', MessageAttributes = {} }) => ({
        body: Body,
        attributes: Object.fromEntries(
          Object.entries(MessageAttributes).map(([key, { StringValue }]) => [key, StringValue]),
        ),
      }));
    },
  };
}
