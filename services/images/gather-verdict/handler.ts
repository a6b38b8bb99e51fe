import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { facesDetectedV1 } from '../../../generated/events/faces-detected-v1.ts';
import { imageModeratedV1 } from '../../../generated/events/image-moderated-v1.ts';
import { imageReviewedV1 } from '../../../generated/events/image-reviewed-v1.ts';
import { imageScannedV1 } from '../../../generated/events/image-scanned-v1.ts';
import { objectCreated } from '../../../generated/events/object-created.ts';
import { thumbnailsMadeV1 } from '../../../generated/events/thumbnails-made-v1.ts';
import { consume } from '../../runtime/consume.ts';
import { readEnvironment } from '../../runtime/environment.ts';
import { createFanIn } from '../../runtime/fan-in.ts';
import { createPublisher } from '../../runtime/publish.ts';
import { unlogged } from '../../runtime/unlogged.ts';
import { awaitedConsumers } from '../awaited-answers.ts';
import { createReviews } from '../reviews.ts';
import { readFacePolicy } from './face-policy.ts';
import { createGatherer } from './gather-verdict.ts';
import { subscription } from './subscription.ts';

const environment = readEnvironment({
  required: ['IMAGE_REVIEWS_TABLE'],
  optional: ['FACES_LEAST', 'FACES_MOST'],
});
const table = { client: unlogged(new DynamoDBClient()), tableName: environment.IMAGE_REVIEWS_TABLE };
const { publish } = createPublisher({
  producer: subscription,
  busName: environment.BUS_NAME,
  events: [imageReviewedV1],
});

export const handler = consume({
  subscription,
  environment,
  events: [objectCreated, thumbnailsMadeV1, imageScannedV1, imageModeratedV1, facesDetectedV1],
  handle: createGatherer({
    fanIn: createFanIn(table),
    reviews: createReviews(table),
    publish,
    awaited: awaitedConsumers,
    faces: readFacePolicy(environment),
  }),
});
