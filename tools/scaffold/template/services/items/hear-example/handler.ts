import { itemReceivedV1 } from '../../../../../../generated/events/item-received-v1.ts';
import { consume } from '../../../../../../services/runtime/consume.ts';
import { readEnvironment } from '../../../../../../services/runtime/environment.ts';
import { hearExample } from './hear-example.ts';
import { subscription } from './subscription.ts';

export const handler = consume({
  subscription,
  environment: readEnvironment(),
  events: [itemReceivedV1],
  handle: hearExample,
});
