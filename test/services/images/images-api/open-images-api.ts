import { S3Client } from '@aws-sdk/client-s3';
import { imagesApi } from '../../../../generated/http/images.ts';
import { awaitedConsumers } from '../../../../services/images/awaited-answers.ts';
import type { Image } from '../../../../services/images/image.ts';
import { createGetImage } from '../../../../services/images/images-api/get-image.ts';
import { createGetUser } from '../../../../services/images/images-api/get-user.ts';
import { createLinks } from '../../../../services/images/images-api/links.ts';
import { createListImages } from '../../../../services/images/images-api/list-images.ts';
import { createProfileReader } from '../../../../services/images/images-api/profile-reader.ts';
import { createReviewReader } from '../../../../services/images/images-api/review-reader.ts';
import { createStartImageUpload } from '../../../../services/images/images-api/start-image-upload.ts';
import { imagesByUser } from '../../../../services/images/images-by-user.ts';
import { createNoter } from '../../../../services/images/note-answers/note-answers.ts';
import { createReviews } from '../../../../services/images/reviews.ts';
import { createProfiles } from '../../../../services/images/update-profile/profiles.ts';
import type { EventOf, OwnEventType } from '../../../../services/runtime/event.ts';
import { createApi } from '../../../../services/runtime/http/create-api.ts';
import { startTable } from '../../runtime/fan-in/dynalite.ts';
import { context, httpEvent, type TestRequest } from '../../runtime/http/http-event.ts';
import { createRecordedLog } from '../../runtime/recorded-log.ts';

/** The API of pictures over one table, and those who write what it reads. */
export async function openImagesApi() {
  const table = await startTable({ index: imagesByUser });
  let now = Date.now();
  const clock = { now: () => now };
  const s3 = new S3Client({
    region: 'eu-central-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 's' },
  });
  const bucket = { s3, bucket: 'images', clock };
  const reviews = createReviewReader(table);
  const links = createLinks(bucket);
  const writer = createReviews({ ...table, clock });
  const note = createNoter(table);
  const handler = createApi(imagesApi, {
    operations: {
      startImageUpload: createStartImageUpload(bucket),
      listImages: createListImages({ reviews }),
      getImage: createGetImage({ reviews, links }),
      getUser: createGetUser({ profiles: createProfileReader(table), links }),
    },
    idempotency: { once: (operate) => operate('unused') },
    log: createRecordedLog().log,
  });

  return {
    profiles: createProfiles(table),
    now: clock.now,
    advance(ms: number) {
      now += ms;
    },
    begin: (image: Image) => writer.begin(image, awaitedConsumers),
    /** Hears an event, as if this consumer had said it. */
    hear(producer: string, { detail, ...event }: EventOf<OwnEventType>) {
      const metadata = { ...detail.metadata, producer, occurredAt: new Date(now).toISOString() };
      return note({ ...event, detail: { ...detail, metadata } });
    },
    async ask(request: TestRequest) {
      const { statusCode, headers, body } = await handler(httpEvent(request), context);
      return { status: statusCode, headers, body: body === undefined ? undefined : JSON.parse(body) };
    },
    end: () => table.close(),
  };
}
