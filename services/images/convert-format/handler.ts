import { S3Client } from '@aws-sdk/client-s3';
import { formatConvertedV1 } from '../../../generated/events/format-converted-v1.ts';
import { objectCreated } from '../../../generated/events/object-created.ts';
import { consume } from '../../runtime/consume.ts';
import { readEnvironment } from '../../runtime/environment.ts';
import { createPublisher } from '../../runtime/publish.ts';
import { unlogged } from '../../runtime/unlogged.ts';
import { createAnswerer } from '../answer.ts';
import { readImage } from '../read-image.ts';
import { convertFormat } from './convert-format.ts';
import { readMasterSettings } from './master-settings.ts';
import { storeMaster } from './store-master.ts';
import { subscription } from './subscription.ts';

const environment = readEnvironment({ optional: ['MASTER_FORMAT', 'MASTER_QUALITY'] });
const settings = readMasterSettings(environment);
const s3 = unlogged(new S3Client());
const { publish } = createPublisher({
  producer: subscription,
  busName: environment.BUS_NAME,
  events: [formatConvertedV1],
});

export const handler = consume({
  subscription,
  environment,
  events: [objectCreated],
  handle: createAnswerer({
    work: async (image) => storeMaster(s3, image, await convertFormat(await readImage(s3, image), settings)),
    publish: (answer, options) => publish('FormatConverted.v1', answer, options),
  }),
});
