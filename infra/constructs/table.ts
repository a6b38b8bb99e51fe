import { type Attribute, AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import type { Stage } from '../stage.ts';

export interface StageTableOptions {
  readonly name: string;
  /** Both keys are strings. */
  readonly partitionKey: string;
  /** @default none: one item under each partition key */
  readonly sortKey?: string;
  /** @default none */
  readonly index?: TableIndex;
  /** The attribute with the second, since 1970, after which an item may go. @default items stay */
  readonly expiresAt?: string;
  readonly stage: Stage;
}

/** A second order of a table's items. One that lacks a key of the index is not in it; both keys are strings. */
export interface TableIndex {
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey: string;
}

/** A table paid by the request, restorable to any second of the stage's recovery days. */
export function stageTable(scope: Construct, id: string, options: StageTableOptions): Table {
  const table = new Table(scope, id, {
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
  if (options.index) {
    const { name, partitionKey, sortKey } = options.index;
    table.addGlobalSecondaryIndex({
      indexName: name,
      partitionKey: text(partitionKey),
      sortKey: text(sortKey),
    });
  }
  return table;
}

function text(name: string): Attribute {
  return { name, type: AttributeType.STRING };
}
