import type { EventOf } from '../../../../../../services/runtime/event.ts';
import type { Log } from '../../../../../../services/runtime/log.ts';
import { done, type Outcome } from '../../../../../../services/runtime/outcome.ts';

/**
 * What is done about an event: fill this in. `done()` when the effect is there; `retry(reason)`, or an error that is thrown, when it
 * may succeed later; `park(reason)` when it never can: the event then waits in the dead-letter queue. An event comes at least once, and
 * again when it is replayed: write the effect put-if-absent, under a key that follows from the event, as `services/items/items.ts` does.
 */
export async function hearExample(
  event: EventOf<'ItemReceived.v1'>,
  { log }: { readonly log: Log },
): Promise<Outcome> {
  log.info(`heard ${event['detail-type']}`, { eventId: event.detail.metadata.eventId });
  return done();
}
