import {
  CreateEventBusCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { CreateQueueCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { startLocalAws } from '../../../tools/local/start-local-aws.ts';
import { clientSettings } from '../../../tools/target/client-settings.ts';
import { itemReceived } from '../../services/items/item-received.ts';

/** A stage with one consumer, `store-item`, that nobody polls: what is put back to its queue stays there. */
export async function openStage() {
  const aws = await startLocalAws();
  const events = new EventBridgeClient(clientSettings(aws));
  const sqs = new SQSClient(clientSettings(aws));
  const EventBusName = 'fanbus-dev';
  const arnOf = (queue: string) => `arn:aws:sqs:${aws.region}:${aws.accountId}:${queue}`;
  const deadLetters = 'fanbus-dev-store-item-dlq';
  await events.send(new CreateEventBusCommand({ Name: EventBusName }));
  await sqs.send(new CreateQueueCommand({ QueueName: deadLetters }));
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arnOf(deadLetters), maxReceiveCount: 5 });
  await sqs.send(
    new CreateQueueCommand({ QueueName: 'fanbus-dev-store-item', Attributes: { RedrivePolicy } }),
  );
  await events.send(
    new PutRuleCommand({
      Name: 'fanbus-dev-store-item-1',
      EventBusName,
      EventPattern: JSON.stringify({ 'detail-type': ['ItemReceived.v1'] }),
    }),
  );
  const Targets = [{ Id: 'queue', Arn: arnOf('fanbus-dev-store-item') }];
  await events.send(new PutTargetsCommand({ Rule: 'fanbus-dev-store-item-1', EventBusName, Targets }));

  const queueNamed = (name: string) => {
    const queue = aws.queues.list().find((one) => one.name === name);
    if (!queue) throw new Error(`no queue ${name}`);
    return queue;
  };

  return {
    aws,
    sqs,
    consumer: queueNamed('fanbus-dev-store-item'),
    deadLetters: queueNamed(deadLetters),

    /** Parks so many items, `0` and on. */
    async park(
      count: number,
      attributes: Readonly<Record<string, string>> = {},
      data: object = {},
    ): Promise<void> {
      const said = { REASON: 'the shelf is full', CONSUMER: 'store-item', ...attributes };
      const MessageAttributes = Object.fromEntries(
        Object.entries(said).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
      );
      for (let first = 0; first < count; first += 10) {
        const Entries = Array.from({ length: Math.min(10, count - first) }, (_, n) => ({
          Id: String(n),
          MessageBody: JSON.stringify(itemReceived({ id: String(first + n), ...data })),
          MessageAttributes,
        }));
        await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueNamed(deadLetters).url, Entries }));
      }
    },

    async close() {
      events.destroy();
      sqs.destroy();
      await aws.close();
    },
  };
}
