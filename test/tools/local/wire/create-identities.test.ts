import { expect, it } from 'vitest';
import type { JsonObject } from '../../../../tools/local/local-service.ts';
import { createIdentities } from '../../../../tools/local/wire/create-identities.ts';

function openIdentities() {
  const identities = createIdentities({ accountId: '000000000000' });
  const deploy = async (type: string, logicalId: string, properties: JsonObject, physicalId?: string) => {
    const provider = identities.resources[type];
    if (!provider) throw new Error(`nothing deploys ${type}`);
    const generatedName = `stack-${logicalId}`;
    const declared = { type, logicalId, properties, physicalId, generatedName, stackName: 'stack' };
    return provider.deploy({ ...declared, asset: (key) => key });
  };
  return { identities, deploy };
}

const allowing = (Action: string) => ({ Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });

const actionsOf = (identities: ReturnType<typeof createIdentities>, arn: string) =>
  identities
    .policiesOf(arn)
    ?.flatMap(({ Statement }) => Statement)
    .flatMap(({ Action = [] }) => Action);

it('answers with a role’s own, attached and managed policies', async () => {
  const { deploy, identities } = openIdentities();
  const managed = await deploy('AWS::IAM::ManagedPolicy', 'Managed', {
    PolicyDocument: allowing('s3:GetObject'),
  });
  const role = await deploy('AWS::IAM::Role', 'Role', {
    RoleName: 'worker',
    Policies: [{ PolicyName: 'own', PolicyDocument: allowing('sqs:SendMessage') }],
    ManagedPolicyArns: [
      managed.physicalId,
      'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
    ],
  });
  await deploy('AWS::IAM::Policy', 'Attached', {
    PolicyDocument: allowing('events:PutEvents'),
    Roles: ['worker'],
  });
  await deploy('AWS::IAM::Policy', 'Elsewhere', { PolicyDocument: allowing('s3:*'), Roles: ['other'] });
  expect(role).toMatchObject({
    physicalId: 'worker',
    attributes: { Arn: 'arn:aws:iam::000000000000:role/worker' },
  });
  expect(actionsOf(identities, 'arn:aws:iam::000000000000:role/worker')?.toSorted()).toEqual([
    'events:PutEvents',
    'logs:CreateLogGroup',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    's3:GetObject',
    'sqs:SendMessage',
  ]);
});

it('forgets a policy that was replaced or removed', async () => {
  const { deploy, identities } = openIdentities();
  const role = await deploy('AWS::IAM::Role', 'Role', {});
  const arn = role.attributes.Arn ?? '';
  const properties = { Roles: [role.physicalId] };
  const { physicalId } = await deploy('AWS::IAM::Policy', 'P', {
    ...properties,
    PolicyDocument: allowing('a:B'),
  });
  await deploy('AWS::IAM::Policy', 'P', { ...properties, PolicyDocument: allowing('c:D') }, physicalId);
  expect(actionsOf(identities, arn)).toEqual(['c:D']);
  await identities.resources['AWS::IAM::Policy']?.remove(physicalId);
  expect(identities.policiesOf(arn)).toEqual([]);
});

it('knows nothing of a role that was not deployed', () => {
  expect(openIdentities().identities.policiesOf('arn:aws:iam::000000000000:role/nobody')).toBeUndefined();
});
