import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalAws, startLocalAws } from '../../../../tools/local/start-local-aws.ts';
import { clientSettings } from '../client-settings.ts';
import { declare } from '../declare-resource.ts';

let aws: LocalAws;
let sqs: SQSClient;
let queueCount = 0;

beforeAll(async () => {
  aws = await startLocalAws();
  sqs = new SQSClient(clientSettings(aws));
});

afterAll(async () => {
  sqs.destroy();
  await aws.close();
});

async function createQueue(Attributes: Record<string, string> = {}): Promise<{ url: string; name: string }> {
  queueCount += 1;
  const name = `queue-${queueCount}${Attributes.FifoQueue ? '.fifo' : ''}`;
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes }));
  return { url: QueueUrl, name };
}

const send = (QueueUrl: string, MessageBody: string, more: object = {}) =>
  sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, ...more }));

async function receive(QueueUrl: string, more: object = {}) {
  const { Messages } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, ...more }),
  );
  return Messages ?? [];
}

describe('a standard queue', () => {
  it('has a URL on the engine, by which the SDK finds it', async () => {
    const { url, name } = await createQueue();
    expect(url).toBe(`${aws.endpoint}/${aws.accountId}/${name}`);
    expect(await sqs.send(new GetQueueUrlCommand({ QueueName: name }))).toMatchObject({ QueueUrl: url });
    await send(url, 'found');
    expect((await receive(url)).map(({ Body }) => Body)).toEqual(['found']);
  });

  it('gives back body, attributes and digests that the SDK checks', async () => {
    const { url } = await createQueue();
    const MessageAttributes = {
      REASON: { DataType: 'String', StringValue: 'wörds' },
      count: { DataType: 'Number', StringValue: '3' },
      bytes: { DataType: 'Binary', BinaryValue: new Uint8Array([1, 2, 255]) },
    };
    await send(url, 'täsk 📦', { MessageAttributes });
    const [message] = await receive(url, {
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['All'],
    });
    expect(message).toMatchObject({ Body: 'täsk 📦', MessageAttributes });
    expect(message?.Attributes).toMatchObject({ ApproximateReceiveCount: '1', SenderId: 'user' });
  });

  it('gives only the attributes that are asked for', async () => {
    const { url } = await createQueue();
    const text = { DataType: 'String', StringValue: 'x' };
    await send(url, 'm', { MessageAttributes: { 'a.one': text, 'a.two': text, b: text } });
    const [message] = await receive(url, { MessageAttributeNames: ['a.*'], VisibilityTimeout: 0 });
    expect(Object.keys(message?.MessageAttributes ?? {})).toEqual(['a.one', 'a.two']);
    expect(message?.Attributes).toBeUndefined();
    expect((await receive(url))[0]?.MessageAttributes).toBeUndefined();
  });

  it('hides a received message until its visibility timeout ends on the clock', async () => {
    const { url } = await createQueue({ VisibilityTimeout: '30' });
    await send(url, 'again');
    const [first] = await receive(url);
    aws.clock.advance(29_000);
    expect(await receive(url)).toEqual([]);
    aws.clock.advance(1_000);
    const [second] = await receive(url, { MessageSystemAttributeNames: ['ApproximateReceiveCount'] });
    expect(second).toMatchObject({
      MessageId: first?.MessageId,
      Attributes: { ApproximateReceiveCount: '2' },
    });
    expect(second?.ReceiptHandle).not.toBe(first?.ReceiptHandle);
  });

  it('deletes by a handle whose visibility timeout has ended', async () => {
    const { url } = await createQueue({ VisibilityTimeout: '1' });
    await send(url, 'late');
    const [message] = await receive(url);
    aws.clock.advance(2_000);
    await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: message?.ReceiptHandle }));
    expect(await receive(url)).toEqual([]);
  });

  it('ignores a delete by the handle of an earlier receive', async () => {
    const { url } = await createQueue({ VisibilityTimeout: '1' });
    await send(url, 'kept');
    const [message] = await receive(url);
    aws.clock.advance(2_000);
    await receive(url);
    await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: message?.ReceiptHandle }));
    aws.clock.advance(2_000);
    expect(await receive(url)).toHaveLength(1);
  });

  it('shows a message again at once when its visibility is set to zero', async () => {
    const { url } = await createQueue();
    await send(url, 'back');
    const [message] = await receive(url);
    await sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: url,
        ReceiptHandle: message?.ReceiptHandle,
        VisibilityTimeout: 0,
      }),
    );
    expect(await receive(url)).toHaveLength(1);
  });

  it('extends a visibility timeout from now', async () => {
    const { url } = await createQueue({ VisibilityTimeout: '10' });
    await send(url, 'longer');
    const [message] = await receive(url);
    aws.clock.advance(9_000);
    await sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: url,
        ReceiptHandle: message?.ReceiptHandle,
        VisibilityTimeout: 10,
      }),
    );
    aws.clock.advance(9_000);
    expect(await receive(url)).toEqual([]);
    aws.clock.advance(1_000);
    expect(await receive(url)).toHaveLength(1);
  });

  it('holds a delayed message back until its delay ends', async () => {
    const { url } = await createQueue();
    await send(url, 'later', { DelaySeconds: 5 });
    const depth = await sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: url,
        AttributeNames: ['ApproximateNumberOfMessagesDelayed'],
      }),
    );
    expect(depth.Attributes).toEqual({ ApproximateNumberOfMessagesDelayed: '1' });
    expect(await receive(url)).toEqual([]);
    aws.clock.advance(5_000);
    expect(await receive(url)).toHaveLength(1);
  });

  it('forgets a message past its retention period', async () => {
    const { url } = await createQueue({ MessageRetentionPeriod: '60' });
    await send(url, 'old');
    aws.clock.advance(61_000);
    expect(await receive(url)).toEqual([]);
  });

  it('answers each message of a batch for itself', async () => {
    const { url } = await createQueue();
    const answer = await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: url,
        Entries: [
          { Id: 'good', MessageBody: 'fine' },
          { Id: 'bad', MessageBody: '\u0000' },
        ],
      }),
    );
    expect(answer.Successful?.map(({ Id }) => Id)).toEqual(['good']);
    expect(answer.Failed).toMatchObject([{ Id: 'bad', Code: 'InvalidMessageContents', SenderFault: true }]);
  });
});

describe('a long poll', () => {
  it('answers as soon as a message arrives', async () => {
    const { url } = await createQueue();
    const polled = receive(url, { WaitTimeSeconds: 20 });
    await send(url, 'there');
    expect((await polled).map(({ Body }) => Body)).toEqual(['there']);
  });

  it('ends with nothing when its time is up', async () => {
    const { url, name } = await createQueue();
    const polled = receive(url, { WaitTimeSeconds: 20 });
    // The request is under way once a second one, sent after it, has been answered.
    await sqs.send(new GetQueueUrlCommand({ QueueName: name }));
    aws.clock.advance(20_000);
    expect(await polled).toEqual([]);
  });

  it('takes no message after its client has hung up', async () => {
    const { url, name } = await createQueue();
    const hangUp = new AbortController();
    const polled = sqs.send(new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 20 }), {
      abortSignal: hangUp.signal,
    });
    await sqs.send(new GetQueueUrlCommand({ QueueName: name }));
    const ended = new Promise<void>((resolve) => {
      const stop = aws.observations.on('requested', ({ operation }) => {
        if (operation !== 'ReceiveMessage') return;
        stop();
        resolve();
      });
    });
    hangUp.abort();
    await expect(polled).rejects.toThrow();
    await ended;
    await send(url, 'not swallowed');
    expect(await receive(url)).toHaveLength(1);
  });
});

describe('redrive', () => {
  it('moves a message to the dead-letter queue on the receive after the last allowed one', async () => {
    const dead = await createQueue();
    const deadArn = aws.queues.list().find(({ name }) => name === dead.name)?.arn;
    const { url, name } = await createQueue({
      VisibilityTimeout: '1',
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadArn, maxReceiveCount: 2 }),
    });
    const { MessageId } = await send(url, 'poison', {
      MessageAttributes: { k: { DataType: 'String', StringValue: 'v' } },
    });
    for (const _ of [1, 2]) {
      expect(await receive(url)).toHaveLength(1);
      aws.clock.advance(1_000);
    }
    expect(await receive(url)).toEqual([]);
    const [message] = await receive(dead.url, {
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    });
    expect(message).toMatchObject({
      MessageId,
      Body: 'poison',
      MessageAttributes: { k: { StringValue: 'v' } },
      Attributes: {
        ApproximateReceiveCount: '3',
        DeadLetterQueueSourceArn: `arn:aws:sqs:us-east-1:000000000000:${name}`,
      },
    });
    expect(await aws.observations.waitFor('dead-lettered')).toMatchObject({
      queue: dead.name,
      messageId: MessageId,
      door: 'redrive',
    });
  });

  it('reports a message that a function sends to a dead-letter queue as parked, with its reason', async () => {
    const dead = await createQueue();
    const deadArn = aws.queues.list().find(({ name }) => name === dead.name)?.arn;
    await createQueue({
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadArn, maxReceiveCount: 1 }),
    });
    const Statement = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: deadArn };
    const role = await aws.identities.resources['AWS::IAM::Role']?.deploy(
      declare('AWS::IAM::Role', { Policies: [{ PolicyName: 'park', PolicyDocument: { Statement } }] }),
    );
    const roleArn = role?.attributes.Arn;
    const credentials = aws.callers.issue({ kind: 'function', name: 'worker', roleArn });
    const worker = new SQSClient({ ...clientSettings(aws), credentials });
    await worker.send(
      new SendMessageCommand({
        QueueUrl: dead.url,
        MessageBody: 'unreadable',
        MessageAttributes: { REASON: { DataType: 'String', StringValue: 'no title' } },
      }),
    );
    expect(await aws.observations.waitFor('parked')).toMatchObject({
      queue: dead.name,
      caller: 'worker',
      reason: 'no title',
    });
    worker.destroy();
  });

  it('refuses a dead-letter queue that does not exist', async () => {
    const RedrivePolicy = JSON.stringify({
      deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:nowhere',
      maxReceiveCount: 1,
    });
    await expect(createQueue({ RedrivePolicy })).rejects.toThrow('Dead letter target does not exist');
  });
});

describe('a FIFO queue', () => {
  const fifo = { FifoQueue: 'true', ContentBasedDeduplication: 'true', VisibilityTimeout: '10' };

  it('gives several messages of a group in order, and none more while one is in flight', async () => {
    const { url } = await createQueue(fifo);
    for (const body of ['1', '2', '3']) await send(url, body, { MessageGroupId: 'g' });
    const taken = await receive(url, { MaxNumberOfMessages: 2 });
    expect(taken.map(({ Body }) => Body)).toEqual(['1', '2']);
    await send(url, 'other', { MessageGroupId: 'h' });
    expect((await receive(url)).map(({ Body }) => Body)).toEqual(['other']);
    for (const { ReceiptHandle } of taken) {
      await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }));
    }
    expect((await receive(url)).map(({ Body }) => Body)).toEqual(['3']);
  });

  it('gives messages again in their order after the visibility timeout', async () => {
    const { url } = await createQueue(fifo);
    for (const body of ['1', '2', '3']) await send(url, body, { MessageGroupId: 'g' });
    await receive(url, { MaxNumberOfMessages: 2 });
    aws.clock.advance(10_000);
    expect((await receive(url)).map(({ Body }) => Body)).toEqual(['1', '2', '3']);
  });

  it('drops a duplicate within five minutes, also from another group', async () => {
    const { url } = await createQueue(fifo);
    const first = await send(url, 'once', { MessageGroupId: 'g' });
    const second = await send(url, 'once', { MessageGroupId: 'h' });
    expect(second.MessageId).toBe(first.MessageId);
    aws.clock.advance(5 * 60_000);
    const third = await send(url, 'once', { MessageGroupId: 'h' });
    expect(third.MessageId).not.toBe(first.MessageId);
  });

  it('refuses a message without a group, and a delete after the visibility timeout', async () => {
    const { url } = await createQueue(fifo);
    await expect(send(url, 'x')).rejects.toMatchObject({
      name: 'MissingParameter',
      message: 'The request must contain the parameter MessageGroupId.',
    });
    await send(url, 'x', { MessageGroupId: 'g' });
    const [message] = await receive(url);
    aws.clock.advance(10_000);
    await expect(
      sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: message?.ReceiptHandle })),
    ).rejects.toThrow('The receipt handle has expired.');
  });
});

describe('the refusals of SQS', () => {
  it('refuses what is too long, with the words of AWS', async () => {
    const { url } = await createQueue();
    await expect(send(url, 'x'.repeat(1_048_577))).rejects.toMatchObject({
      name: 'InvalidParameterValue',
      message: 'One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.',
    });
    const half = 'x'.repeat(600_000);
    await expect(
      sqs.send(
        new SendMessageBatchCommand({
          QueueUrl: url,
          Entries: [
            { Id: 'a', MessageBody: half },
            { Id: 'b', MessageBody: half },
          ],
        }),
      ),
    ).rejects.toThrow('Batch requests cannot be longer than 1048576 bytes. You have sent 1200000 bytes.');
  });

  it('refuses an unknown queue under both of its codes', async () => {
    await expect(send(`${aws.endpoint}/${aws.accountId}/nowhere`, 'x')).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
      Code: 'AWS.SimpleQueueService.NonExistentQueue',
    });
  });

  it.each([
    ['an unknown attribute', { Colour: 'red' }, 'Unknown Attribute Colour.'],
    ['a value out of range', { VisibilityTimeout: '43201' }, 'must be an integer from 0 to 43200'],
  ])('refuses %s', async (_, attributes, words) => {
    await expect(createQueue(attributes as Record<string, string>)).rejects.toThrow(words);
  });
});

describe('the faults of the queue', () => {
  it('delivers a message twice, with one id', async () => {
    const { url, name } = await createQueue();
    const stop = aws.faults.inject({ hop: 'queue', effect: 'duplicate', subject: name });
    const { MessageId } = await send(url, 'twice');
    const first = await receive(url);
    const second = await receive(url);
    stop();
    expect([...first, ...second].map((message) => message.MessageId)).toEqual([MessageId, MessageId]);
    for (const { ReceiptHandle } of [...first, ...second]) {
      await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }));
    }
    expect(await receive(url)).toEqual([]);
  });

  it('hands messages over in another order, and every one of them', async () => {
    const { url, name } = await createQueue();
    const bodies = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];
    await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: url,
        Entries: bodies.map((body) => ({ Id: body, MessageBody: body })),
      }),
    );
    const stop = aws.faults.inject({ hop: 'queue', effect: 'reorder', subject: name });
    const taken: (string | undefined)[] = [];
    for (let messages = await receive(url, { MaxNumberOfMessages: 3 }); messages.length > 0; ) {
      taken.push(...messages.map(({ Body }) => Body));
      messages = await receive(url, { MaxNumberOfMessages: 3 });
    }
    stop();
    expect(taken).not.toEqual(bodies);
    expect(taken.sort()).toEqual(bodies);
  });

  it('delays a message', async () => {
    const { url, name } = await createQueue();
    aws.faults.inject({ hop: 'queue', effect: 'delay', subject: name, ms: 7_000, times: 1 });
    await send(url, 'slow');
    expect(await receive(url)).toEqual([]);
    aws.clock.advance(7_000);
    expect(await receive(url)).toHaveLength(1);
  });
});
