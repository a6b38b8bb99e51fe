import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { ownEvent } from '../../../generated/events/own-event.ts';
import { systemClock } from '../../runtime/clock.ts';
import { consumeBatch } from '../../runtime/consume-batch.ts';
import { readEnvironment } from '../../runtime/environment.ts';
import { unlogged } from '../../runtime/unlogged.ts';
import { createClaims } from './claims.ts';
import { createEventFiles } from './event-files.ts';
import { createRecorder } from './record-events.ts';
import { subscription } from './subscription.ts';

const environment = readEnvironment({
  required: ['ANALYTICS_BUCKET', 'RECORDED_EVENTS_TABLE', 'KEEP_CLAIMS_DAYS'],
});

export const handler = consumeBatch({
  subscription,
  environment,
  events: [ownEvent],
  handleBatch: createRecorder({
    claims: createClaims({
      client: unlogged(new DynamoDBClient()),
      tableName: environment.RECORDED_EVENTS_TABLE,
      keepDays: Number(environment.KEEP_CLAIMS_DAYS),
      clock: systemClock,
      wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    }),
    files: createEventFiles({ s3: unlogged(new S3Client()), bucket: environment.ANALYTICS_BUCKET }),
    claimSeconds: subscription.function.timeoutSeconds,
    clock: systemClock,
  }),
});
