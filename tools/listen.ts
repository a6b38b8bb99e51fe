import { randomBytes } from 'node:crypto';
import { type Message, ReceiveMessageCommand, SQSClient, TagQueueCommand } from '@aws-sdk/client-sqs';
import type { Envelope } from '../services/runtime/event.ts';
import { aliveNow, busTag, listenerPrefix } from './listener-tags.ts';
import { deleteMessages } from './target/delete-messages.ts';
import type { ClientSettings } from './target/target.ts';
import { openTemporaryRule, removeTemporaryRule } from './target/temporary-rule.ts';

export interface ListenOptions {
  /** Where the bus is. */
  readonly settings: ClientSettings;
  readonly bus: string;
  /** An EventBridge pattern. */
  readonly pattern: object;
  /** Told of each event at least once, in no certain order. What it throws ends the listening. */
  readonly onEvent: (event: Envelope) => void;
}

export interface Listener {
  /** The name of its rule and its queue. */
  readonly name: string;
  readonly ruleArn: string;
  /** Resolves when it is closed; rejects when it can hear no more. */
  readonly ended: Promise<void>;
  /** Stops and removes the rule and the queue. */
  close(): Promise<void>;
}

/**
 * Hears the events of a bus by a rule and a queue of its own, made for the time being by AWS's own APIs. Resolves once no event
 * can be missed any more; on AWS the rule holds a moment later. Who listens must close: whatever becomes of the caller, the rule and the queue are to go.
 */
export async function listen({ settings, bus, pattern, onEvent }: ListenOptions): Promise<Listener> {
  const name = `${listenerPrefix}${randomBytes(4).toString('hex')}`;
  const place = { settings, bus, name, remedy: 'fanbus tail removes what was left for an hour' };
  const { queueUrl: QueueUrl, ruleArn } = await openTemporaryRule({
    ...place,
    pattern: JSON.stringify(pattern),
    description: 'Somebody listens for a while.',
    attributes: { MessageRetentionPeriod: '3600' },
    tags: { [busTag]: bus, ...aliveNow() },
  });
  const sqs = new SQSClient(settings);
  const stop = new AbortController();
  const ended = hear();
  // Who does not wait for it learns of it when closing.
  ended.catch(() => {});

  return {
    name,
    ruleArn,
    ended,
    async close() {
      stop.abort();
      await ended.finally(async () => {
        sqs.destroy();
        await removeTemporaryRule(place);
      });
    },
  };

  async function hear(): Promise<void> {
    let saidAt = performance.now();
    while (!stop.signal.aborted) {
      if (performance.now() - saidAt > SAY_ALIVE_MS) {
        saidAt = performance.now();
        await sqs.send(new TagQueueCommand({ QueueUrl, Tags: aliveNow() }));
      }
      const messages = await receive();
      for (const { Body = '' } of messages) onEvent(JSON.parse(Body));
      await deleteMessages(QueueUrl, messages, sqs);
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
}

/** Far below the hour after which others take it for left behind. */
const SAY_ALIVE_MS = 10 * 60_000;
