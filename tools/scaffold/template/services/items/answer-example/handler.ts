import { itemLabelledV1 } from '../../../../../../generated/events/item-labelled-v1.ts';
import { itemReceivedV1 } from '../../../../../../generated/events/item-received-v1.ts';
import { consume } from '../../../../../../services/runtime/consume.ts';
import { readEnvironment } from '../../../../../../services/runtime/environment.ts';
import { createPublisher } from '../../../../../../services/runtime/publish.ts';
import { answerExample } from './answer-example.ts';
import { subscription } from './subscription.ts';

const environment = readEnvironment();
const { publish } = createPublisher({
  producer: subscription,
  busName: environment.BUS_NAME,
  events: [itemLabelledV1],
});

export const handler = consume({
  subscription,
  environment,
  events: [itemReceivedV1],
  handle: (event, { log }) => answerExample(event, { log, publish }),
});
