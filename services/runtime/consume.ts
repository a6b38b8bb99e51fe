import { type ConsumerOptions, consumeBatch, type SqsHandler } from './consume-batch.ts';
import type { ConsumedBy, Delivery, Invocation } from './delivery.ts';
import type { EventOf } from './event.ts';
import { type Outcome, retry } from './outcome.ts';
import type { Subscription } from './subscription.ts';

export interface EventConsumerOptions<Consumer extends Subscription> extends ConsumerOptions<Consumer> {
  /** Handles one event. What it throws is a retry. */
  readonly handle: (
    event: EventOf<ConsumedBy<Consumer>>,
    delivery: Delivery<ConsumedBy<Consumer>> & Invocation,
  ) => Promise<Outcome>;
}

/** A Lambda handler that takes the events of a batch one by one, all at the same time; each ends on its own. */
export function consume<const Consumer extends Subscription>({
  handle,
  ...options
}: EventConsumerOptions<Consumer>): SqsHandler {
  return consumeBatch({
    ...options,
    async handleBatch(deliveries, invocation) {
      const outcomes = deliveries.map(async (delivery): Promise<[string, Outcome]> => {
        try {
          return [delivery.messageId, await handle(delivery.event, { ...delivery, ...invocation })];
        } catch (error) {
          return [delivery.messageId, retry('the handler threw', { error })];
        }
      });
      return new Map(await Promise.all(outcomes));
    },
  });
}
