import { randomBytes } from 'node:crypto';
import {
  DeleteRuleCommand,
  EventBridgeClient,
  type EventBridgeClientConfig,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
  TagQueueCommand,
} from '@aws-sdk/client-sqs';
import type { Envelope } from '../services/runtime/event.ts';
import { aliveNow, busTag, listenerPrefix } from './listener-tags.ts';

export interface ListenOptions {
  /** Where the bus is, as the SDK's clients take it. */
  readonly settings: Pick<EventBridgeClientConfig, 'endpoint' | 'region' | 'credentials' | 'profile'>;
  readonly bus: string;
  /** An EventBridge pattern. */
  readonly pattern: object;
  /** Told of each event at least once, in no certain order. What it throws ends the listening. */
  readonly onEvent: (event: Envelope) => void;
}

export interface Listener {
  /** The name of its rule and its queue. */
  readonly name: string;
  /** Resolves when it is closed; rejects when it can hear no more. */
  readonly ended: Promise<void>;
  /** Stops and removes the rule and the queue. */
  close(): Promise<void>;
}

/**
 * Hears the events of a bus by a rule and a queue of its own, made for the time being by AWS's own APIs. Resolves once no event
 * can be missed any more. Who listens must close: whatever becomes of the caller, the rule and the queue are to go.
 */
export async function listen({ settings, bus, pattern, onEvent }: ListenOptions): Promise<Listener> {
  const name = `${listenerPrefix}${randomBytes(4).toString('hex')}`;
  const events = new EventBridgeClient(settings);
  const sqs = new SQSClient(settings);
  const stop = new AbortController();
  const undo: (() => Promise<unknown>)[] = [];

  let QueueUrl: string;
  try {
    QueueUrl = await open();
  } catch (error) {
    await remove();
    throw error;
  }
  const ended = hear();
  // Who does not wait for it learns of it when closing.
  ended.catch(() => {});

  return {
    name,
    ended,
    async close() {
      stop.abort();
      await ended.finally(remove);
    },
  };

  async function open(): Promise<string> {
    const { QueueUrl } = await sqs.send(
      new CreateQueueCommand({
        QueueName: name,
        Attributes: { MessageRetentionPeriod: '3600' },
        tags: { [busTag]: bus, ...aliveNow() },
      }),
    );
    if (QueueUrl === undefined) throw new Error(`SQS made the queue ${name} and did not say where`);
    undo.push(() => sqs.send(new DeleteQueueCommand({ QueueUrl })));
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
    );
    const rule = { Name: name, EventBusName: bus };
    const { RuleArn } = await events.send(
      new PutRuleCommand({
        ...rule,
        EventPattern: JSON.stringify(pattern),
        Description: 'Somebody listens for a while.',
      }),
    );
    undo.push(() => events.send(new DeleteRuleCommand(rule)));
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: Attributes?.QueueArn,
        Condition: { ArnEquals: { 'aws:SourceArn': RuleArn } },
      },
    });
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
    const target = { Id: 'queue', Arn: Attributes?.QueueArn };
    await events.send(new PutTargetsCommand({ Rule: name, EventBusName: bus, Targets: [target] }));
    undo.push(() =>
      events.send(new RemoveTargetsCommand({ Rule: name, EventBusName: bus, Ids: [target.Id] })),
    );
    return QueueUrl;
  }

  async function hear(): Promise<void> {
    let saidAt = performance.now();
    while (!stop.signal.aborted) {
      if (performance.now() - saidAt > SAY_ALIVE_MS) {
        saidAt = performance.now();
        await sqs.send(new TagQueueCommand({ QueueUrl, Tags: aliveNow() }));
      }
      const messages = await receive();
      for (const { Body = '' } of messages) onEvent(JSON.parse(Body));
      if (messages.length > 0) {
        const Entries = messages.map(({ ReceiptHandle }, n) => ({ Id: String(n), ReceiptHandle }));
        await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
      }
    }
  }

  async function receive(): Promise<readonly Message[]> {
    try {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 20 }),
        { abortSignal: stop.signal },
      );
      return Messages;
    } catch (error) {
      if (stop.signal.aborted) return [];
      throw error;
    }
  }

  /** Backwards, and as far as it goes: what failed is told after the rest is gone. */
  async function remove(): Promise<void> {
    const failures: unknown[] = [];
    for (const step of undo.splice(0).toReversed()) {
      await step().catch((error: unknown) => failures.push(error));
    }
    for (const client of [events, sqs]) client.destroy();
    if (failures.length > 0) {
      throw new AggregateError(
        failures,
        `the rule or the queue ${name} could not be removed: remove it by hand.`,
      );
    }
  }
}

/** Far below the hour after which others take it for left behind. */
const SAY_ALIVE_MS = 10 * 60_000;
