import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { stageTable } from '../constructs/table.ts';
import { namesOf } from '../names.ts';
import { stackSettings } from '../stack-settings.ts';
import type { Stage } from '../stage.ts';

/** What outlives the consumers of items: the items with their labels. */
export class ItemsDataStack extends Stack {
  constructor(scope: Construct, stage: Stage) {
    super(scope, 'items-data', stackSettings(stage, 'items-data', 'The table of items and their labels.'));
    const names = namesOf({ stage: stage.name });
    stageTable(this, 'Items', { name: names.itemsTable, partitionKey: 'pk', sortKey: 'sk', stage });
  }
}
