import type { ItemsOperations } from '../../../generated/http/items.ts';
import type { FieldError } from '../../runtime/http/contract.ts';
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
    const errors = items.flatMap(({ id, content }, index) => [
      ...tooLarge(`/body/items/${index}/id`, id, ID_MAX_BYTES),
      ...tooLarge(`/body/items/${index}/content`, content && JSON.stringify(content), CONTENT_MAX_BYTES),
    ]);
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

/** What became of 1,000 items is kept for a repeat, in one item of DynamoDB of at most 400 KB. */
const ID_MAX_BYTES = 256;
/** Every consumer can take so much: a message of SQS, an item of DynamoDB. */
const CONTENT_MAX_BYTES = 262_144;

function tooLarge(pointer: string, text: string | undefined, maxBytes: number): FieldError[] {
  const bytes = Buffer.byteLength(text ?? '');
  return bytes <= maxBytes ? [] : [{ pointer, detail: `has ${bytes} bytes, and may have ${maxBytes}` }];
}
