import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { itemReceivedV1 } from '../../../generated/events/item-received-v1.ts';
import { itemStoredV1 } from '../../../generated/events/item-stored-v1.ts';
import { consume } from '../../runtime/consume.ts';
import { readEnvironment } from '../../runtime/environment.ts';
import { createPublisher } from '../../runtime/publish.ts';
import { unlogged } from '../../runtime/unlogged.ts';
import { createItems } from '../items.ts';
import { createStorer } from './store-item.ts';
import { subscription } from './subscription.ts';

const environment = readEnvironment({ required: ['ITEMS_TABLE'] });
const { publish } = createPublisher({
  producer: subscription,
  busName: environment.BUS_NAME,
  events: [itemStoredV1],
});

export const handler = consume({
  subscription,
  environment,
  events: [itemReceivedV1],
  handle: createStorer({
    items: createItems({ client: unlogged(new DynamoDBClient()), tableName: environment.ITEMS_TABLE }),
    publish,
  }),
});
