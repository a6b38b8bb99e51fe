import type { DataOf, Envelope, EventOf } from '../../runtime/event.ts';
import type { Log } from '../../runtime/log.ts';
import { done, type Outcome, park } from '../../runtime/outcome.ts';
import { itemOf } from '../item.ts';
import { type Items, UnstorableItemError } from '../items.ts';

export interface StorerOptions {
  readonly items: Pick<Items, 'insert'>;
  readonly publish: (
    type: 'ItemStored.v1',
    data: DataOf<'ItemStored.v1'>,
    options: { readonly causedBy: Envelope },
  ) => Promise<unknown>;
}

/** Stores an item, then says so: also when it is there already, since whoever put it there may have died before it said so. */
export function createStorer({ items, publish }: StorerOptions) {
  return async function storeItem(
    event: EventOf<'ItemReceived.v1'>,
    { log }: { readonly log: Log },
  ): Promise<Outcome> {
    const item = itemOf(event);
    const { itemId, owner, id } = item;
    try {
      const isNew = await items.insert(item);
      await publish('ItemStored.v1', { itemId, owner, id }, { causedBy: event });
      log.info('item stored', { itemId, isNew });
      return done();
    } catch (error) {
      if (error instanceof UnstorableItemError) return park(error.message, { error });
      throw error;
    }
  };
}
