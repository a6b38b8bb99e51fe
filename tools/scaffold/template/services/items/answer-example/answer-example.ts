import type { DataOf, EventOf } from '../../../../../../services/runtime/event.ts';
import type { Log } from '../../../../../../services/runtime/log.ts';
import { done, type Outcome } from '../../../../../../services/runtime/outcome.ts';
import type { Publisher } from '../../../../../../services/runtime/publish.ts';

/**
 * Says what follows from an event. `done()` when that is said; `retry(reason)`, or an error that is thrown, when it may succeed
 * later; `park(reason)` when it never can: the event then waits in the dead-letter queue. An event comes at least once, and again
 * when it is replayed: an effect besides is written put-if-absent, under a key that follows from the event, as `services/items/items.ts` does.
 */
export async function answerExample(
  event: EventOf<'ItemReceived.v1'>,
  { log, publish }: { readonly log: Log; readonly publish: Publisher<'ItemLabelled.v1'>['publish'] },
): Promise<Outcome> {
  const answers = answersTo(event);
  for (const [type, data] of answers) await publish(type, data, { causedBy: event });
  log.info(`heard ${event['detail-type']}`, {
    eventId: event.detail.metadata.eventId,
    answers: answers.length,
  });
  return done();
}

/** What follows from an event, as types and their data: fill this in. The same event has the same answers. */
function answersTo(_event: EventOf<'ItemReceived.v1'>): readonly Answer[] {
  return [];
}

type Answer = readonly ['ItemLabelled.v1', DataOf<'ItemLabelled.v1'>];
