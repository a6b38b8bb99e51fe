import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { imagesApi } from '../../../generated/http/images.ts';
import { systemClock } from '../../runtime/clock.ts';
import { readApiEnvironment } from '../../runtime/http/api-environment.ts';
import { createApi } from '../../runtime/http/create-api.ts';
import { createIdempotency } from '../../runtime/http/idempotency.ts';
import { unlogged } from '../../runtime/unlogged.ts';
import { createGetImage } from './get-image.ts';
import { createGetUser } from './get-user.ts';
import { createLinks } from './links.ts';
import { createListImages } from './list-images.ts';
import { createProfileReader } from './profile-reader.ts';
import { createReviewReader } from './review-reader.ts';
import { createStartImageUpload } from './start-image-upload.ts';

const environment = readApiEnvironment({
  required: ['IDEMPOTENCY_TABLE', 'IMAGE_REVIEWS_TABLE', 'IMAGES_BUCKET', 'USERS_TABLE'],
});
const client = unlogged(new DynamoDBClient());
const bucket = { s3: unlogged(new S3Client()), bucket: environment.IMAGES_BUCKET, clock: systemClock };
const reviews = createReviewReader({ client, tableName: environment.IMAGE_REVIEWS_TABLE });
const profiles = createProfileReader({ client, tableName: environment.USERS_TABLE });
const links = createLinks(bucket);

export const handler = createApi(imagesApi, {
  operations: {
    startImageUpload: createStartImageUpload(bucket),
    listImages: createListImages({ reviews }),
    getImage: createGetImage({ reviews, links }),
    getUser: createGetUser({ profiles, links }),
  },
  idempotency: createIdempotency({ client, tableName: environment.IDEMPOTENCY_TABLE }),
});
