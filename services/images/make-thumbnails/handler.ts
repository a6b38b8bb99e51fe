import { S3Client } from '@aws-sdk/client-s3';
import { objectCreated } from '../../../generated/events/object-created.ts';
import { thumbnailsMadeV1 } from '../../../generated/events/thumbnails-made-v1.ts';
import { consume } from '../../runtime/consume.ts';
import { readEnvironment } from '../../runtime/environment.ts';
import { createPublisher } from '../../runtime/publish.ts';
import { unlogged } from '../../runtime/unlogged.ts';
import { createAnswerer } from '../answer.ts';
import { readImage } from '../read-image.ts';
import { makeThumbnails } from './make-thumbnails.ts';
import { storeThumbnails } from './store-thumbnails.ts';
import { subscription } from './subscription.ts';
import { readThumbnailSettings } from './thumbnail-settings.ts';

const environment = readEnvironment({ optional: ['THUMBNAIL_SIZES', 'THUMBNAIL_VARIANTS'] });
const settings = readThumbnailSettings(environment);
const s3 = unlogged(new S3Client());
const { publish } = createPublisher({
  producer: subscription,
  busName: environment.BUS_NAME,
  events: [thumbnailsMadeV1],
});

export const handler = consume({
  subscription,
  environment,
  events: [objectCreated],
  handle: createAnswerer({
    async work(image) {
      const { picture, thumbnails } = await makeThumbnails(await readImage(s3, image), settings);
      return { ...picture, thumbnails: await storeThumbnails(s3, image, thumbnails) };
    },
    publish: (answer, options) => publish('ThumbnailsMade.v1', answer, options),
  }),
});
