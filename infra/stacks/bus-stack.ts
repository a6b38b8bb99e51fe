import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Bus } from '../constructs/bus.ts';
import { namesOf } from '../names.ts';
import { stackSettings } from '../stack-settings.ts';
import type { Stage } from '../stage.ts';

/** The bus that everything is said on, and its archive. */
export class BusStack extends Stack {
  constructor(scope: Construct, stage: Stage) {
    super(scope, 'bus', stackSettings(stage, 'bus', 'The event bus and its archive.'));
    const names = namesOf({ stage: stage.name });
    new Bus(this, 'Bus', { name: names.bus, archiveName: names.archive, archiveDays: stage.archiveDays });
  }
}
