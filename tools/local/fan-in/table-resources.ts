import { isDeepStrictEqual } from 'node:util';
import type {
  Caller,
  DeclaredResource,
  DeployedResource,
  JsonObject,
  JsonOperation,
  ResourceProvider,
} from '../local-service.ts';
import type { Table } from './dynalite.ts';

/** `AWS::DynamoDB::Table` and `AWS::DynamoDB::GlobalTable`, the latter with a replica in the engine's region only. */
export function createTableResources(options: {
  readonly region: string;
  readonly operations: Readonly<Record<string, JsonOperation>>;
  readonly tableOf: (name: string) => Table | undefined;
}): Record<string, ResourceProvider> {
  const { region, operations, tableOf } = options;
  const run = (operation: string, input: JsonObject) => operations[operation]?.(input, CLOUDFORMATION);

  const remove = async (name: string) => {
    await run('DeleteTable', { TableName: name });
  };
  const naming = { property: 'TableName', isTaken: (name: string) => tableOf(name) !== undefined };
  return {
    'AWS::DynamoDB::Table': {
      honoured: [...SHARED, 'ProvisionedThroughput'],
      withoutEffect: { ...WITHOUT_EFFECT, ...REPLICA_WITHOUT_EFFECT },
      naming,
      deploy,
      remove,
    },
    'AWS::DynamoDB::GlobalTable': {
      honoured: [...SHARED, 'Replicas'],
      withoutEffect: {
        ...WITHOUT_EFFECT,
        WriteProvisionedThroughputSettings: 'capacity is not limited here',
        WriteOnDemandThroughputSettings: 'capacity is not limited here',
      },
      naming,
      async deploy(resource) {
        checkReplicas(resource, region);
        return deploy(resource);
      },
      remove,
    },
  };

  async function deploy({ properties, generatedName }: DeclaredResource): Promise<DeployedResource> {
    const name = String(properties.TableName ?? generatedName);
    const shape = tableShape(properties);
    const present = tableOf(name);
    if (!present) await run('CreateTable', { TableName: name, ...shape });
    else refuseOtherShape(present, shape);
    await deployTimeToLive(name, properties.TimeToLiveSpecification as JsonObject | undefined);
    const arn = tableOf(name)?.TableArn ?? '';
    return { physicalId: name, attributes: { Arn: arn, TableId: name } };
  }

  async function deployTimeToLive(TableName: string, wanted: JsonObject | undefined): Promise<void> {
    const { TimeToLiveDescription } = (await run('DescribeTimeToLive', { TableName })) ?? {};
    const isEnabled = (TimeToLiveDescription as JsonObject).TimeToLiveStatus === 'ENABLED';
    const TimeToLiveSpecification = {
      AttributeName: (TimeToLiveDescription as JsonObject).AttributeName,
      ...wanted,
      Enabled: wanted?.Enabled === true || wanted?.Enabled === 'true',
    };
    if (TimeToLiveSpecification.Enabled !== isEnabled) {
      await run('UpdateTimeToLive', { TableName, TimeToLiveSpecification });
    }
  }
}

const CLOUDFORMATION: Caller = { kind: 'service', name: 'cloudformation.amazonaws.com' };

const SHARED = [
  'AttributeDefinitions',
  'BillingMode',
  'GlobalSecondaryIndexes',
  'KeySchema',
  'LocalSecondaryIndexes',
  'TableName',
  'TimeToLiveSpecification',
];

const REPLICA_WITHOUT_EFFECT: Readonly<Record<string, string>> = {
  ContributorInsightsSpecification: 'nothing is measured here',
  DeletionProtectionEnabled: 'tables live as long as the local AWS does',
  PointInTimeRecoverySpecification: 'there are no backups here',
  ResourcePolicy: 'policies of tables are not evaluated here',
  TableClass: 'storage costs nothing here',
  Tags: 'tags of tables are not looked at here',
};

const WITHOUT_EFFECT: Readonly<Record<string, string>> = {
  OnDemandThroughput: 'capacity is not limited here',
  SSESpecification: 'items are not encrypted here',
  WarmThroughput: 'capacity is not limited here',
};

function checkReplicas({ properties, logicalId }: DeclaredResource, region: string): void {
  const replicas = (properties.Replicas ?? []) as { Region?: string }[];
  const known = new Set([
    'Region',
    ...Object.keys(REPLICA_WITHOUT_EFFECT),
    'SSESpecification',
    'GlobalSecondaryIndexes',
    'ReadOnDemandThroughputSettings',
    'ReadProvisionedThroughputSettings',
  ]);
  for (const replica of replicas) {
    const unknown = Object.keys(replica).find((property) => !known.has(property));
    if (unknown || replica.Region !== region) {
      throw new Error(
        `the table ${logicalId} has a replica with ${unknown ?? `the region ${replica.Region}`}: the local AWS knows one replica, in ${region}, with ${[...known].join(', ')}`,
      );
    }
  }
}

/** CreateTable's input. A GlobalTable's indexes carry their capacity in other words, which have no effect here. */
function tableShape(properties: JsonObject): JsonObject {
  const indexes = (list: unknown) =>
    Array.isArray(list)
      ? list.map(({ IndexName, KeySchema, Projection }) => ({ IndexName, KeySchema, Projection }))
      : undefined;
  return {
    AttributeDefinitions: properties.AttributeDefinitions,
    KeySchema: properties.KeySchema,
    GlobalSecondaryIndexes: indexes(properties.GlobalSecondaryIndexes),
    LocalSecondaryIndexes: indexes(properties.LocalSecondaryIndexes),
    BillingMode: 'PAY_PER_REQUEST',
  };
}

function refuseOtherShape(present: Table, shape: JsonObject): void {
  const ofIndexes = (list: unknown) =>
    (Array.isArray(list) ? list : []).map(({ IndexName, KeySchema }) => ({ IndexName, KeySchema }));
  const same =
    isDeepStrictEqual(present.KeySchema, shape.KeySchema) &&
    isDeepStrictEqual(ofIndexes(present.GlobalSecondaryIndexes), ofIndexes(shape.GlobalSecondaryIndexes));
  if (!same) {
    throw new Error(
      `the table ${present.TableName} exists with other keys or indexes: the local AWS cannot change them. Delete the table first; without a data folder a restart does.`,
    );
  }
}
