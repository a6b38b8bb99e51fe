import { CfnArchive, EventBus } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';

export interface BusProps {
  readonly name: string;
  readonly archiveName: string;
  /** How long every event is kept for replay. */
  readonly archiveDays: number;
}

/** A custom event bus and the archive of everything said on it. */
export class Bus extends Construct {
  constructor(scope: Construct, id: string, props: BusProps) {
    super(scope, id);
    const bus = new EventBus(this, 'Bus', { eventBusName: props.name });
    // Without a pattern an archive keeps every event; AWS itself leaves out what a replay puts on the bus.
    new CfnArchive(this, 'Archive', {
      archiveName: props.archiveName,
      sourceArn: bus.eventBusArn,
      retentionDays: props.archiveDays,
    });
  }
}
