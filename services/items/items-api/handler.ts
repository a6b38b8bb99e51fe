import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { itemReceivedV1 } from '../../../generated/events/item-received-v1.ts';
import { itemsApi } from '../../../generated/http/items.ts';
import { readApiEnvironment } from '../../runtime/http/api-environment.ts';
import { createApi } from '../../runtime/http/create-api.ts';
import { createIdempotency } from '../../runtime/http/idempotency.ts';
import { createPublisher } from '../../runtime/publish.ts';
import { unlogged } from '../../runtime/unlogged.ts';
import { itemEvents } from './item-events.ts';
import { createTrigger } from './trigger-items.ts';

const environment = readApiEnvironment({ required: ['BUS_NAME', 'IDEMPOTENCY_TABLE'] });

export const handler = createApi(itemsApi, {
  operations: {
    triggerItems: createTrigger(
      createPublisher({
        producer: { name: itemsApi.name, emits: itemEvents },
        busName: environment.BUS_NAME,
        events: [itemReceivedV1],
      }),
    ),
  },
  idempotency: createIdempotency({
    client: unlogged(new DynamoDBClient()),
    tableName: environment.IDEMPOTENCY_TABLE,
  }),
});
