import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../tools/local/local-service.ts';
import { type LocalAws, startLocalAws } from '../../../../tools/local/start-local-aws.ts';
import { declare } from '../declare-resource.ts';

let aws: LocalAws;

beforeAll(async () => {
  aws = await startLocalAws();
});

afterAll(() => aws.close());

const deploy = (type: string, properties: JsonObject) =>
  aws.tables.resources[type]?.deploy(declare(type, properties));

async function run(operation: string, input: JsonObject): Promise<JsonObject> {
  const { protocol } = aws.tables;
  if (protocol.kind !== 'json') throw new Error('DynamoDB speaks JSON');
  return (await protocol.operations[operation]?.(input, { kind: 'user', name: 'user' })) ?? {};
}

const keys = {
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  BillingMode: 'PAY_PER_REQUEST',
};

describe.each(['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'])('%s', (type) => {
  const TableName = type.replaceAll('::', '-');

  it('is its name, has its ARN as an attribute and takes items at once', async () => {
    expect(await deploy(type, { ...keys, TableName })).toMatchObject({
      physicalId: TableName,
      attributes: { Arn: `arn:aws:dynamodb:us-east-1:000000000000:table/${TableName}` },
    });
    await run('PutItem', { TableName, Item: { pk: { S: 'a' } } });
  });

  it('keeps its items when it is deployed again, with another time to live', async () => {
    const TimeToLiveSpecification = { AttributeName: 'expires', Enabled: true };
    await deploy(type, { ...keys, TableName, TimeToLiveSpecification });
    expect(await run('Scan', { TableName })).toMatchObject({ Count: 1 });
    expect(await run('DescribeTimeToLive', { TableName })).toEqual({
      TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName: 'expires' },
    });
    await deploy(type, { ...keys, TableName });
    expect(await run('DescribeTimeToLive', { TableName })).toMatchObject({
      TimeToLiveDescription: { TimeToLiveStatus: 'DISABLED' },
    });
  });

  it('refuses other keys for a table that exists', async () => {
    const other = {
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    };
    await expect(deploy(type, { ...other, TableName })).rejects.toThrow(`the table ${TableName} exists`);
  });

  it('is gone when it is removed', async () => {
    await aws.tables.resources[type]?.remove(TableName);
    await expect(run('DescribeTable', { TableName })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    });
  });
});

describe('AWS::DynamoDB::GlobalTable', () => {
  it('refuses a replica elsewhere', async () => {
    const Replicas = [{ Region: 'us-east-1' }, { Region: 'eu-west-1' }];
    await expect(
      deploy('AWS::DynamoDB::GlobalTable', { ...keys, TableName: 'far', Replicas }),
    ).rejects.toThrow('the region eu-west-1');
  });
});
