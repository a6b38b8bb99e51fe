import type { EventsOperations, IngressEvent } from '../../../generated/http/events.ts';
import type { Operation } from '../../runtime/http/create-api.ts';
import { nameUuid } from '../../runtime/name-uuid.ts';
import type { Publisher } from '../../runtime/publish.ts';
import { InvalidEventError } from '../../runtime/publish-error.ts';
import { publishOutcomes } from '../../runtime/publish-outcomes.ts';

/**
 * Publishes what callers say. Whose it is they do not choose, unless they are an admin, and the metadata are made here. The ids follow from
 * the request, so a repeat under its Idempotency-Key says the same events.
 */
export function createPublishEvents({
  publish,
}: Publisher<IngressEvent['type']>): Operation<EventsOperations['publishEvents']> {
  return async ({ body: { events }, principal, onceId }) => {
    const errors = events.flatMap(({ data }, index) =>
      data.owner === principal.sub || principal.isAdmin
        ? []
        : [{ pointer: `/body/events/${index}/data/owner`, detail: `must be you: ${principal.sub}` }],
    );
    if (errors.length > 0) {
      const detail = 'events are in the name of another: see errors; nothing was published';
      return { status: 400, problem: { type: 'not-yours', detail, errors } };
    }
    const identified = events.map((event, index) => ({
      ...event,
      eventId: nameUuid(`fanbus.events/${onceId}/${index}`),
    }));
    try {
      return { status: 200, body: await publishOutcomes(identified, publish) };
    } catch (error) {
      if (!(error instanceof InvalidEventError)) throw error;
      return { status: 400, problem: { type: 'invalid-event', detail: error.message } };
    }
  };
}
