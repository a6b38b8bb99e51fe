import { type Attribute, AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import type { Stage } from '../stage.ts';

export interface StageTableOptions {
  readonly name: string;
  /** Both keys are strings. */
  readonly partitionKey: string;
  /** @default none: one item under each partition key */
  readonly sortKey?: string;
  /** The attribute with the second, since 1970, after which an item may go. @default items stay */
  readonly expiresAt?: string;
  readonly stage: Stage;
}

/** A table paid by the request, restorable to any second of the stage's recovery days. */
export function stageTable(scope: Construct, id: string, options: StageTableOptions): Table {
  return new Table(scope, id, {
    tableName: options.name,
    partitionKey: text(options.partitionKey),
    ...(options.sortKey === undefined ? {} : { sortKey: text(options.sortKey) }),
    timeToLiveAttribute: options.expiresAt,
    billingMode: BillingMode.PAY_PER_REQUEST,
    pointInTimeRecoverySpecification: {
      pointInTimeRecoveryEnabled: true,
      recoveryPeriodInDays: options.stage.recoveryDays,
    },
    deletionProtection: options.stage.deletionProtection,
    removalPolicy: options.stage.removalPolicy,
  });
}

function text(name: string): Attribute {
  return { name, type: AttributeType.STRING };
}
