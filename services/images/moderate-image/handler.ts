import { S3Client } from '@aws-sdk/client-s3';
import { imageModeratedV1 } from '../../../generated/events/image-moderated-v1.ts';
import { objectCreated } from '../../../generated/events/object-created.ts';
import { consume } from '../../runtime/consume.ts';
import { readEnvironment } from '../../runtime/environment.ts';
import { createPublisher } from '../../runtime/publish.ts';
import { unlogged } from '../../runtime/unlogged.ts';
import { createAnswerer } from '../answer.ts';
import { readImage } from '../read-image.ts';
import { startTensorflow } from '../tensorflow.ts';
import { CLASSIFIER_MODEL, loadClassifier } from './classifier.ts';
import { decide } from './decide.ts';
import { subscription } from './subscription.ts';
import { readThresholds } from './thresholds.ts';

const environment = readEnvironment({ optional: ['MODERATION_THRESHOLDS'] });
const thresholds = readThresholds(environment.MODERATION_THRESHOLDS);
const s3 = unlogged(new S3Client());
const { publish } = createPublisher({
  producer: subscription,
  busName: environment.BUS_NAME,
  events: [imageModeratedV1],
});
const classifier = startTensorflow(import.meta.dirname).then(loadClassifier);
// Told by the first picture that waits for it.
classifier.catch(() => {});

export const handler = consume({
  subscription,
  environment,
  events: [objectCreated],
  handle: createAnswerer({
    async work(image) {
      const classify = await classifier;
      const labels = await classify(await readImage(s3, image));
      return { ...decide(labels, thresholds), labels, model: CLASSIFIER_MODEL };
    },
    publish: (answer, options) => publish('ImageModerated.v1', answer, options),
  }),
});
