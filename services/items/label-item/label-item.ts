import type { DataOf, Envelope, EventOf } from '../../runtime/event.ts';
import type { Log } from '../../runtime/log.ts';
import { done, type Outcome } from '../../runtime/outcome.ts';
import { itemOf } from '../item.ts';
import type { Items } from '../items.ts';
import { labelsOf } from './labels.ts';

export interface LabellerOptions {
  readonly items: Pick<Items, 'label'>;
  readonly publish: (
    type: 'ItemLabelled.v1',
    data: DataOf<'ItemLabelled.v1'>,
    options: { readonly causedBy: Envelope },
  ) => Promise<unknown>;
}

/** Labels an item, then says its labels. */
export function createLabeller({ items, publish }: LabellerOptions) {
  return async function labelItem(
    event: EventOf<'ItemReceived.v1'>,
    { log }: { readonly log: Log },
  ): Promise<Outcome> {
    const item = itemOf(event);
    const { itemId, owner, id } = item;
    const labels = labelsOf(item.content);
    await items.label(item, labels);
    await publish('ItemLabelled.v1', { itemId, owner, id, ...labels }, { causedBy: event });
    log.info('item labelled', { itemId, kind: labels.kind, size: labels.size });
    return done();
  };
}
