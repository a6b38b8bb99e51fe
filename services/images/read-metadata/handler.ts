import { S3Client } from '@aws-sdk/client-s3';
import { metadataReadV1 } from '../../../generated/events/metadata-read-v1.ts';
import { objectCreated } from '../../../generated/events/object-created.ts';
import { consume } from '../../runtime/consume.ts';
import { readEnvironment } from '../../runtime/environment.ts';
import { createPublisher } from '../../runtime/publish.ts';
import { unlogged } from '../../runtime/unlogged.ts';
import { createAnswerer } from '../answer.ts';
import { readImage } from '../read-image.ts';
import { readMetadataSettings } from './metadata-settings.ts';
import { readMetadata } from './read-metadata.ts';
import { subscription } from './subscription.ts';

const environment = readEnvironment({ optional: ['KEEP_GPS'] });
const settings = readMetadataSettings(environment);
const s3 = unlogged(new S3Client());
const { publish } = createPublisher({
  producer: subscription,
  busName: environment.BUS_NAME,
  events: [metadataReadV1],
});

export const handler = consume({
  subscription,
  environment,
  events: [objectCreated],
  handle: createAnswerer({
    work: async (image) => readMetadata(await readImage(s3, image), settings),
    publish: (answer, options) => publish('MetadataRead.v1', answer, options),
  }),
});
