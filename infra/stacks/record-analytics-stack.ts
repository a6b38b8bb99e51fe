import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { eventsPrefix } from '../../services/analytics/record-analytics/event-folder.ts';
import { subscription } from '../../services/analytics/record-analytics/subscription.ts';
import { allowObjects, allowToRead } from '../allow-objects.ts';
import { arns } from '../arns.ts';
import { stageBucket } from '../constructs/bucket.ts';
import { Subscription } from '../constructs/subscription.ts';
import { stageTable } from '../constructs/table.ts';
import { namesOf } from '../names.ts';
import { stackSettings } from '../stack-settings.ts';
import type { Stage } from '../stage.ts';

/**
 * How long after its retention an archived event may still come again: a replay that begins at the end, 7 days in the queue,
 * 14 in the dead-letter queue.
 */
const LATEST_DAYS = 30;

/** Records every event of ours in a bucket of its own, and in a table which event is in which file. */
export class RecordAnalyticsStack extends Stack {
  constructor(scope: Construct, stage: Stage) {
    super(scope, subscription.name, stackSettings(stage, subscription.name, subscription.description));
    const names = namesOf({ stage: stage.name });
    const claimDays = stage.archiveDays + LATEST_DAYS;
    stageBucket(this, 'Bucket', {
      name: names.analyticsBucket,
      // A file that is gone counts as never written, so it stays longer than what was claimed for it.
      expireDays: claimDays + stage.archiveDays,
      unloggedBecause: 'One function writes it, in files that tell when; the bucket is private.',
      stage,
    });
    stageTable(this, 'Claims', {
      name: names.recordedEventsTable,
      partitionKey: 'eventId',
      expiresAt: 'expiresAt',
      stage,
    });
    const consumer = new Subscription(this, 'Subscription', {
      subscription,
      entry: new URL('../../services/analytics/record-analytics/handler.ts', import.meta.url),
      stage,
      environment: {
        ANALYTICS_BUCKET: names.analyticsBucket,
        RECORDED_EVENTS_TABLE: names.recordedEventsTable,
        KEEP_CLAIMS_DAYS: String(claimDays),
      },
    });
    const files = { bucket: 'analyticsBucket', prefix: eventsPrefix, stage } as const;
    allowObjects(consumer, { ...files, actions: ['s3:PutObject'] });
    allowToRead(consumer, files);
    consumer.allow(
      ['dynamodb:PartiQLInsert', 'dynamodb:BatchGetItem', 'dynamodb:UpdateItem'],
      arns.table(names.recordedEventsTable),
    );
  }
}
