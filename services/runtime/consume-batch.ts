import { SQSClient } from '@aws-sdk/client-sqs';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { backoffSeconds } from './backoff.ts';
import { type Clock, systemClock } from './clock.ts';
import { type ConsumedBy, contractsByAddress, type Delivery, type Invocation } from './delivery.ts';
import type { Environment } from './environment.ts';
import type { ConsumableType, Contract } from './event.ts';
import { createLog, type Log } from './log.ts';
import { type Outcome, retry } from './outcome.ts';
import { parkMessage } from './park-message.ts';
import { type ReadMessage, readMessage } from './read-message.ts';
import { shortenVisibility } from './shorten-visibility.ts';
import type { Subscription } from './subscription.ts';
import { unlogged } from './unlogged.ts';

export interface ConsumerOptions<Consumer extends Subscription> {
  readonly subscription: Consumer;
  readonly environment: Pick<Environment, 'QUEUE_URL' | 'DEAD_LETTER_QUEUE_URL' | 'MAX_RECEIVES'>;
  /** The contract of every event type that the subscription consumes. */
  readonly events: readonly Contract<ConsumedBy<Consumer>>[];
  /** @default a client of its own, from the environment */
  readonly sqs?: SQSClient;
  /** @default the system's */
  readonly clock?: Clock;
  /** @default one in the consumer's name */
  readonly log?: Log;
  /** 0 ≤ n < 1, for the backoff's jitter. @default Math.random */
  readonly random?: () => number;
}

export interface BatchConsumerOptions<Consumer extends Subscription> extends ConsumerOptions<Consumer> {
  /** Handles the valid messages of one invocation together. The outcomes by `messageId`: a message without one, and every message when it throws, is retried. */
  readonly handleBatch: (
    deliveries: readonly Delivery<ConsumedBy<Consumer>>[],
    invocation: Invocation,
  ) => Promise<ReadonlyMap<string, Outcome>>;
}

export type SqsHandler = (batch: SQSEvent, context: LambdaContext) => Promise<SQSBatchResponse>;

/** What a handler needs of Lambda's context. */
export type LambdaContext = Pick<Context, 'awsRequestId' | 'getRemainingTimeInMillis'>;

/**
 * A Lambda handler for the subscription's queue. Every message ends in one of three ways: acknowledged, back in the
 * queue after a backoff, or in the dead-letter queue with the reason.
 */
export function consumeBatch<const Consumer extends Subscription>({
  subscription,
  environment,
  events,
  handleBatch,
  sqs = unlogged(new SQSClient()),
  clock = systemClock,
  log = createLog(subscription.name),
  random = Math.random,
}: BatchConsumerOptions<Consumer>): SqsHandler {
  type Type = ConsumedBy<Consumer>;
  const contracts = contractsByAddress(subscription, events);

  return async ({ Records }, context) => {
    const startedAt = clock.now();
    const messages = Records.map((record) =>
      readMessage({ record, contracts, consumer: subscription.name, maxReceives: environment.MAX_RECEIVES }),
    );
    const outcomes = await decide(messages, context);
    const settled = await Promise.all(
      messages.map(async (message) => ({
        message,
        outcome: await settle(message, outcomeOf(message, outcomes)),
      })),
    );
    const failed = settled.filter(({ outcome }) => outcome.kind === 'retry');
    await shortenVisibility({
      waits: failed.map(({ message, outcome }) => ({
        receiptHandle: message.record.receiptHandle,
        seconds: secondsUntilBack(message, outcome),
      })),
      queueUrl: environment.QUEUE_URL,
      sqs,
      log,
    });
    report(settled, { requestId: context.awsRequestId, ms: clock.now() - startedAt });
    return { batchItemFailures: failed.map(({ message }) => ({ itemIdentifier: message.record.messageId })) };
  };

  async function decide(
    messages: readonly ReadMessage<Type>[],
    context: LambdaContext,
  ): Promise<ReadonlyMap<string, Outcome>> {
    const deliveries = messages.flatMap(({ content }) => ('delivery' in content ? [content.delivery] : []));
    if (deliveries.length === 0) return new Map();
    const invocation: Invocation = {
      requestId: context.awsRequestId,
      remainingMs: () => context.getRemainingTimeInMillis(),
      log,
    };
    try {
      return await handleBatch(deliveries, invocation);
    } catch (error) {
      return new Map(deliveries.map(({ messageId }) => [messageId, retry('the handler threw', { error })]));
    }
  }

  /** Parks what is to be parked. A message that cannot be parked is retried, so that it is not lost. */
  async function settle(message: ReadMessage<Type>, outcome: Outcome): Promise<Outcome> {
    if (outcome.kind !== 'park') return outcome;
    try {
      await parkMessage({
        message,
        reason: outcome.reason,
        error: outcome.error,
        consumer: subscription.name,
        queueUrl: environment.DEAD_LETTER_QUEUE_URL,
        sqs,
        nowMs: clock.now(),
      });
      return outcome;
    } catch (error) {
      return retry(`it could not be parked (${outcome.reason})`, { error });
    }
  }

  function secondsUntilBack({ receiveCount, isLastReceive }: ReadMessage<Type>, outcome: Outcome): number {
    // SQS moves it to the dead-letter queue at the next receive: no use in waiting for that.
    if (isLastReceive) return 0;
    const asked = outcome.kind === 'retry' ? outcome.afterSeconds : undefined;
    return asked ?? backoffSeconds(receiveCount, random());
  }

  function report(settled: readonly Settled<Type>[], invocation: { requestId: string; ms: number }): void {
    for (const { message, outcome } of settled) {
      if (outcome.kind === 'done') continue;
      const { record, receiveCount, isLastReceive, correlationId, eventId } = message;
      const { kind, reason, error } = outcome;
      const { messageId } = record;
      const fields = { ...invocation, eventId, correlationId, messageId, receiveCount, reason, error };
      if (kind === 'park') log.error('message parked', fields);
      else if (isLastReceive) log.error('message failed for the last time', fields);
      else log.warn('message failed', fields);
    }
    const count = (kind: Outcome['kind']) => settled.filter(({ outcome }) => outcome.kind === kind).length;
    const correlationIds = [...new Set(settled.flatMap(({ message }) => message.correlationId ?? []))];
    // Whoever looks for an event finds it by its id: here, or in the line of its own that one has which is not done.
    const events = settled.flatMap(({ message, outcome }) =>
      outcome.kind === 'done' ? (message.eventId ?? []) : [],
    );
    log.info('batch handled', {
      ...invocation,
      messages: settled.length,
      done: count('done'),
      retried: count('retry'),
      parked: count('park'),
      correlationIds: correlationIds.slice(0, 10),
      events: events.slice(0, EVENTS_PER_LINE),
    });
  }
}

/** 39 bytes each: CloudWatch takes lines of 256 KB. */
const EVENTS_PER_LINE = 5_000;

interface Settled<Type extends ConsumableType> {
  readonly message: ReadMessage<Type>;
  readonly outcome: Outcome;
}

function outcomeOf<Type extends ConsumableType>(
  { record, content }: ReadMessage<Type>,
  outcomes: ReadonlyMap<string, Outcome>,
): Outcome {
  if ('outcome' in content) return content.outcome;
  return outcomes.get(record.messageId) ?? retry('the handler gave no outcome');
}
