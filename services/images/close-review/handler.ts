import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { imageReviewedV1 } from '../../../generated/events/image-reviewed-v1.ts';
import { objectCreated } from '../../../generated/events/object-created.ts';
import { consume } from '../../runtime/consume.ts';
import { readEnvironment } from '../../runtime/environment.ts';
import { createFanIn } from '../../runtime/fan-in.ts';
import { createPublisher } from '../../runtime/publish.ts';
import { unlogged } from '../../runtime/unlogged.ts';
import { awaitedConsumers } from '../awaited-answers.ts';
import { createReviews } from '../reviews.ts';
import { createCloser } from './close-review.ts';
import { subscription } from './subscription.ts';

const environment = readEnvironment({ required: ['IMAGE_REVIEWS_TABLE'] });
const table = { client: unlogged(new DynamoDBClient()), tableName: environment.IMAGE_REVIEWS_TABLE };
const { publish } = createPublisher({
  producer: subscription,
  busName: environment.BUS_NAME,
  events: [imageReviewedV1],
});

export const handler = consume({
  subscription,
  environment,
  events: [objectCreated],
  handle: createCloser({
    fanIn: createFanIn(table),
    reviews: createReviews(table),
    publish,
    awaited: awaitedConsumers,
  }),
});
