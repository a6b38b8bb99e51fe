import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { facesDetectedV1 } from '../../../generated/events/faces-detected-v1.ts';
import { objectCreated } from '../../../generated/events/object-created.ts';
import { consume } from '../../runtime/consume.ts';
import { readEnvironment } from '../../runtime/environment.ts';
import { createPublisher } from '../../runtime/publish.ts';
import { unlogged } from '../../runtime/unlogged.ts';
import { createAnswerer } from '../answer.ts';
import { readImage } from '../read-image.ts';
import { startTensorflow } from '../tensorflow.ts';
import { FACE_MODEL, loadFaceDetector } from './face-detector.ts';
import { readMinConfidence } from './min-confidence.ts';
import { subscription } from './subscription.ts';

const environment = readEnvironment({ optional: ['MIN_CONFIDENCE'] });
const minConfidence = readMinConfidence(environment.MIN_CONFIDENCE);
const s3 = unlogged(new S3Client());
const { publish } = createPublisher({
  producer: subscription,
  busName: environment.BUS_NAME,
  events: [facesDetectedV1],
});
const detector = startTensorflow(import.meta.dirname).then(() =>
  loadFaceDetector({ modelFolder: join(import.meta.dirname, 'models'), minConfidence }),
);
// Told by the first picture that waits for it.
detector.catch(() => {});

export const handler = consume({
  subscription,
  environment,
  events: [objectCreated],
  handle: createAnswerer({
    async work(image) {
      const detectFaces = await detector;
      const { faces, ...size } = await detectFaces(await readImage(s3, image));
      return { ...size, count: faces.length, faces: faces.slice(0, MAX_FACES), model: FACE_MODEL };
    },
    publish: (answer, options) => publish('FacesDetected.v1', answer, options),
  }),
});

/** As the event has it. */
const MAX_FACES = 20;
