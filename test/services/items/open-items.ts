import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { itemLabelledV1 } from '../../../generated/events/item-labelled-v1.ts';
import { itemStoredV1 } from '../../../generated/events/item-stored-v1.ts';
import { createItems } from '../../../services/items/items.ts';
import { createLabeller } from '../../../services/items/label-item/label-item.ts';
import { createStorer } from '../../../services/items/store-item/store-item.ts';
import type { EventOf } from '../../../services/runtime/event.ts';
import { findViolation } from '../../../services/runtime/find-violation.ts';
import { createMetadata } from '../../../services/runtime/metadata.ts';
import { createWorkers, type Worker } from '../images/workers.ts';
import { startTable } from '../runtime/fan-in/dynalite.ts';
import { createRecordedLog } from '../runtime/recorded-log.ts';

type Said = { readonly itemId: string; readonly id: string };

/** store-item and label-item over a table. */
export async function openItems() {
  const table = await startTable();
  const workers = createWorkers();
  table.client.middlewareStack.add((next) => (args) => workers.request(() => next(args)), {
    step: 'initialize',
  });
  const { log } = createRecordedLog();
  const said: (Said & { readonly type: string })[] = [];
  const items = createItems(table);
  const publish = <Data extends Said>(
    type: 'ItemStored.v1' | 'ItemLabelled.v1',
    data: Data,
    { causedBy }: { readonly causedBy: EventOf<'ItemReceived.v1'> },
  ) =>
    workers.request(async () => {
      const { validate } = type === 'ItemStored.v1' ? itemStoredV1 : itemLabelledV1;
      const metadata = createMetadata({ producer: 'test', causedBy, nowMs: Date.now() });
      const violation = findViolation(validate, { metadata: metadata(), data });
      if (violation !== undefined) throw new Error(violation);
      said.push({ type, ...data });
    });
  const store = createStorer({ items, publish: publish as Parameters<typeof createStorer>[0]['publish'] });
  const label = createLabeller({
    items,
    publish: publish as Parameters<typeof createLabeller>[0]['publish'],
  });

  return {
    store: (event: EventOf<'ItemReceived.v1'>, worker: Worker = {}) =>
      workers.run(worker, () => store(event, { log })),
    label: (event: EventOf<'ItemReceived.v1'>, worker: Worker = {}) =>
      workers.run(worker, () => label(event, { log })),

    /** What was said of an item. */
    said: ({ detail }: EventOf<'ItemReceived.v1'>) =>
      said.filter(({ itemId }) => itemId === detail.metadata.eventId),

    /** What the table has of an item, by sort key. */
    async rows({ detail }: EventOf<'ItemReceived.v1'>) {
      const { Items = [] } = await table.client.send(
        new QueryCommand({
          TableName: table.tableName,
          KeyConditionExpression: 'pk = :item',
          ExpressionAttributeValues: { ':item': { S: detail.metadata.eventId } },
        }),
      );
      return Object.fromEntries(Items.map((item) => [item.sk?.S, item]));
    },
    end: () => table.close(),
  };
}
