import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ownEvent } from '../../../generated/events/own-event.ts';
import { consume } from '../../runtime/consume.ts';
import { readEnvironment } from '../../runtime/environment.ts';
import { unlogged } from '../../runtime/unlogged.ts';
import { createNoter } from './note-answers.ts';
import { subscription } from './subscription.ts';

const environment = readEnvironment({ required: ['IMAGE_REVIEWS_TABLE'] });

export const handler = consume({
  subscription,
  environment,
  events: [ownEvent],
  handle: createNoter({
    client: unlogged(new DynamoDBClient()),
    tableName: environment.IMAGE_REVIEWS_TABLE,
  }),
});
