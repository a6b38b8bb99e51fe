import type { ItemsOperations } from '../../../generated/http/items.ts';
import type { Operation } from '../../runtime/http/create-api.ts';
import { nameUuid } from '../../runtime/name-uuid.ts';
import type { Publisher } from '../../runtime/publish.ts';
import { publishOutcomes } from '../../runtime/publish-outcomes.ts';

/**
 * Says an event for each item. Their ids follow from the request, so a repeat under its Idempotency-Key says the same events:
 * one that died after it had published leaves no item twice.
 */
export function createTrigger({
  publish,
}: Publisher<'ItemReceived.v1'>): Operation<ItemsOperations['triggerItems']> {
  return async ({ body: { items }, principal, onceId }) => {
    const errors = items.flatMap(({ content }, index) => {
      const bytes = content === undefined ? 0 : Buffer.byteLength(JSON.stringify(content));
      if (bytes <= CONTENT_MAX_BYTES) return [];
      const detail = `has ${bytes} bytes as JSON, and may have ${CONTENT_MAX_BYTES}`;
      return [{ pointer: `/body/items/${index}/content`, detail }];
    });
    if (errors.length > 0) {
      return {
        status: 400,
        problem: { type: 'item-too-large', detail: 'see errors: nothing was published', errors },
      };
    }
    const received = items.map((item, index) => ({
      type: 'ItemReceived.v1' as const,
      data: { owner: principal.sub, ...item },
      eventId: nameUuid(`fanbus.items/${onceId}/${index}`),
    }));
    const { outcomes, ...counts } = await publishOutcomes(received, publish);
    return {
      status: 200,
      body: { ...counts, outcomes: outcomes.map((outcome, n) => ({ id: items[n]?.id ?? '', ...outcome })) },
    };
  };
}

/** Every consumer can take so much: a message of SQS, an item of DynamoDB. */
const CONTENT_MAX_BYTES = 262_144;
