import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { imageScannedV1 } from '../../../generated/events/image-scanned-v1.ts';
import { objectCreated } from '../../../generated/events/object-created.ts';
import { consume } from '../../runtime/consume.ts';
import { readEnvironment } from '../../runtime/environment.ts';
import { createPublisher } from '../../runtime/publish.ts';
import { unlogged } from '../../runtime/unlogged.ts';
import { createAnswerer } from '../answer.ts';
import { readImage } from '../read-image.ts';
import { createClamd } from './clamd.ts';
import { findThreats } from './find-threats.ts';
import { createQuarantine } from './quarantine.ts';
import { createScanner } from './scan-image.ts';
import { subscription } from './subscription.ts';
import { openYara } from './yara.ts';

const environment = readEnvironment({ optional: ['CLAMD_ADDRESS'] });
const s3 = unlogged(new S3Client());
const engines = {
  yara: openYara({
    wasm: join(import.meta.dirname, 'yara-x.wasm'),
    rules: join(import.meta.dirname, 'rules'),
  }),
  clamd: environment.CLAMD_ADDRESS ? createClamd({ address: environment.CLAMD_ADDRESS }) : undefined,
};
const { publish } = createPublisher({
  producer: subscription,
  busName: environment.BUS_NAME,
  events: [imageScannedV1],
});

export const handler = consume({
  subscription,
  environment,
  events: [objectCreated],
  handle: createAnswerer({
    work: createScanner({
      read: (image) => readImage(s3, image),
      findThreats: (bytes) => findThreats(bytes, engines),
      quarantine: createQuarantine(s3),
    }),
    publish: (answer, options) => publish('ImageScanned.v1', answer, options),
  }),
});
