import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { imagePrefixes } from '../../services/images/image.ts';
import { imagesByUser } from '../../services/images/images-by-user.ts';
import { FanIn } from '../constructs/fan-in.ts';
import { Source } from '../constructs/source.ts';
import { stageTable } from '../constructs/table.ts';
import { namesOf } from '../names.ts';
import { stackSettings } from '../stack-settings.ts';
import type { Stage } from '../stage.ts';

/** What outlives the consumers of pictures: the bucket, the reviews with their fan-in, and the users. */
export class ImagesDataStack extends Stack {
  constructor(scope: Construct, stage: Stage) {
    super(
      scope,
      'images-data',
      stackSettings(stage, 'images-data', 'The pictures and the tables of their reviews and users.'),
    );
    const names = namesOf({ stage: stage.name });
    new Source(this, 'Images', {
      bucketName: names.imagesBucket,
      // A key without a user is no profile picture.
      keys: { wildcard: `${imagePrefixes.uploads}*/*` },
      expiringPrefixes: [imagePrefixes.uploads, imagePrefixes.quarantine],
      ruleName: names.imagesRule,
      deadLettersName: names.deadLetters('images'),
      bus: names.bus,
      stage,
    });
    new FanIn(this, 'Reviews', { tableName: names.imageReviewsTable, index: imagesByUser, stage });
    stageTable(this, 'Users', { name: names.usersTable, partitionKey: 'pk', sortKey: 'sk', stage });
  }
}
