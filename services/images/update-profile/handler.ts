import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { imageReviewedV1 } from '../../../generated/events/image-reviewed-v1.ts';
import { objectCreated } from '../../../generated/events/object-created.ts';
import { profilePictureChangedV1 } from '../../../generated/events/profile-picture-changed-v1.ts';
import { consume } from '../../runtime/consume.ts';
import { readEnvironment } from '../../runtime/environment.ts';
import { createPublisher } from '../../runtime/publish.ts';
import { unlogged } from '../../runtime/unlogged.ts';
import { createProfiles } from './profiles.ts';
import { subscription } from './subscription.ts';
import { createUpdater } from './update-profile.ts';

const environment = readEnvironment({ required: ['USERS_TABLE'] });
const { publish } = createPublisher({
  producer: subscription,
  busName: environment.BUS_NAME,
  events: [profilePictureChangedV1],
});

export const handler = consume({
  subscription,
  environment,
  events: [objectCreated, imageReviewedV1],
  handle: createUpdater({
    profiles: createProfiles({
      client: unlogged(new DynamoDBClient()),
      tableName: environment.USERS_TABLE,
    }),
    publish,
  }),
});
