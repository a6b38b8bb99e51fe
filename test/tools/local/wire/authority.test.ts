import { expect, it } from 'vitest';
import { putAccess } from '../../../../tools/local/bus/access.ts';
import type { Caller } from '../../../../tools/local/local-service.ts';
import { createObservations } from '../../../../tools/local/observations.ts';
import { createAuthority } from '../../../../tools/local/wire/authority.ts';
import { user } from '../../../../tools/local/wire/callers.ts';
import { createIdentities } from '../../../../tools/local/wire/create-identities.ts';
import type { Access, PolicyStatement } from '../../../../tools/local/wire/evaluate-policies.ts';
import { declare } from '../declare-resource.ts';

const accountId = '000000000000';
const queue = 'arn:aws:sqs:us-east-1:000000000000:orders';
const rule = 'arn:aws:events:us-east-1:000000000000:rule/app/hear';
const send: Access = { action: 'sqs:SendMessage', resource: queue };
const forRule: Caller = { kind: 'service', name: 'events.amazonaws.com', sourceArn: rule };

/** An authority, and a function whose role has these statements. */
async function openAuthority(...Statement: PolicyStatement[]) {
  const observations = createObservations();
  const identities = createIdentities({ accountId });
  const authority = createAuthority({ accountId, identities, observations });
  const deployRole = async (statements: readonly PolicyStatement[]) => {
    const PolicyDocument = { Statement: statements };
    const role = await identities.resources['AWS::IAM::Role']?.deploy(
      declare('AWS::IAM::Role', { RoleName: 'worker-role', Policies: [{ PolicyDocument }] }),
    );
    return role?.attributes.Arn ?? '';
  };
  const worker: Caller = { kind: 'function', name: 'worker', roleArn: await deployRole(Statement) };
  return { authority, deployRole, identities, observations, worker };
}

const allow = (Action: string, Resource: string): PolicyStatement => ({ Effect: 'Allow', Action, Resource });

it('lets the user do all', async () => {
  const { authority } = await openAuthority();
  expect(() => authority.authorize(user, send)).not.toThrow();
});

it('lets a service do what it does on its own', async () => {
  const { authority } = await openAuthority();
  const poller: Caller = { kind: 'service', name: 'lambda.amazonaws.com' };
  expect(() => authority.authorize(poller, send)).not.toThrow();
});

it('refuses a function without a role', async () => {
  const { authority } = await openAuthority();
  expect(() => authority.authorize({ kind: 'function', name: 'worker' }, send)).toThrow('not authorized');
});

it('lets a function do what its role allows', async () => {
  const { authority, worker } = await openAuthority(allow('sqs:SendMessage', queue));
  expect(() => authority.authorize(worker, send)).not.toThrow();
});

const who = 'User: arn:aws:sts::000000000000:assumed-role/worker-role/worker';

it.each([
  [
    'SQS',
    send,
    {
      code: 'AccessDenied',
      status: 403,
      message: `${who} is not authorized to perform: sqs:sendmessage on resource: ${queue} because no identity-based policy allows the sqs:sendmessage action`,
    },
  ],
  [
    'S3',
    { action: 's3:GetObject', resource: 'arn:aws:s3:::b/k' },
    {
      code: 'AccessDenied',
      status: 403,
      message: `${who} is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::b/k" because no identity-based policy allows the s3:GetObject action`,
    },
  ],
  [
    'DynamoDB',
    { action: 'dynamodb:PutItem', resource: 'arn:aws:dynamodb:us-east-1:000000000000:table/t' },
    {
      code: 'AccessDeniedException',
      status: 400,
      message: `${who} is not authorized to perform: dynamodb:PutItem on resource: arn:aws:dynamodb:us-east-1:000000000000:table/t because no identity-based policy allows the dynamodb:PutItem action`,
    },
  ],
  [
    'Lambda',
    { action: 'lambda:ListFunctions', resource: '*' },
    {
      code: 'AccessDeniedException',
      status: 403,
      message: `${who} is not authorized to perform: lambda:ListFunctions on resource: * because no identity-based policy allows the lambda:ListFunctions action`,
    },
  ],
])('refuses the rest in the words of %s', async (_, access, refusal) => {
  const { authority, worker } = await openAuthority(allow('sqs:ReceiveMessage', queue));
  expect(() => authority.authorize(worker, access)).toThrow(expect.objectContaining(refusal));
});

it('refuses what a statement denies, and says so', async () => {
  const { authority, observations, worker } = await openAuthority(allow('*', '*'), {
    Effect: 'Deny',
    Action: 'sqs:*',
    Resource: queue,
  });
  expect(() => authority.authorize(worker, send)).toThrow(
    'with an explicit deny in an identity-based policy',
  );
  expect((await observations.waitFor('denied')).remedy).toContain('the effect Deny in a policy of the role');
});

it('names the statement that is missing', async () => {
  const { authority, observations, worker } = await openAuthority();
  expect(() => authority.authorize(worker, send)).toThrow();
  expect(await observations.waitFor('denied')).toEqual({
    kind: 'denied',
    caller: 'worker',
    action: 'sqs:SendMessage',
    resource: queue,
    remedy: `to allow it, add to a policy of the role ${worker.roleArn}: {"Effect":"Allow","Action":"sqs:SendMessage","Resource":"${queue}"}`,
  });
});

it('refuses a function all while its role was not deployed', async () => {
  const { authority } = await openAuthority();
  const roleArn = 'arn:aws:iam::000000000000:role/nobody';
  expect(() => authority.authorize({ kind: 'function', name: 'worker', roleArn }, send)).toThrow(
    'nobody/worker',
  );
  expect(authority.allows(roleArn, send)).toBe(false);
});

it('heeds a policy that changes', async () => {
  const { authority, deployRole, worker } = await openAuthority();
  expect(() => authority.authorize(worker, send)).toThrow();
  await deployRole([allow('sqs:*', queue)]);
  expect(() => authority.authorize(worker, send)).not.toThrow();
  await deployRole([]);
  expect(() => authority.authorize(worker, send)).toThrow();
});

it('heeds a policy that is attached or taken away', async () => {
  const { authority, identities, worker } = await openAuthority();
  expect(() => authority.authorize(worker, send)).toThrow();
  const policies = identities.resources['AWS::IAM::Policy'];
  const PolicyDocument = { Statement: allow('sqs:*', queue) };
  const attached = await policies?.deploy(
    declare('AWS::IAM::Policy', { PolicyDocument, Roles: ['worker-role'] }),
  );
  expect(() => authority.authorize(worker, send)).not.toThrow();
  await policies?.remove(attached?.physicalId ?? '');
  expect(() => authority.authorize(worker, send)).toThrow();
});

it('tells the accesses of different contexts apart', async () => {
  const { authority, worker } = await openAuthority({
    ...allow('events:PutEvents', '*'),
    Condition: { StringEquals: { 'events:source': 'shop', 'events:detail-type': 'is paid' } },
  });
  const put = (source: string, detailType: string) => () =>
    authority.authorize(worker, putAccess('bus', { source, detailType }));
  expect(put('shop', 'is paid')).not.toThrow();
  expect(put('bank', 'is paid')).toThrow();
  expect(put('shop is', 'paid')).toThrow();
});

/** The policy of a queue that admits EventBridge for rules with this ARN. */
const admitting = (sourceArn: string, operator = 'ArnEquals') =>
  JSON.stringify({
    Statement: [
      { Effect: 'Deny', Principal: { AWS: '*' }, Action: 'sqs:*', Resource: queue, Condition: tlsMissing },
      {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: queue,
        Condition: { [operator]: { 'aws:SourceArn': sourceArn } },
      },
    ],
  });
const tlsMissing = { Bool: { 'aws:SecureTransport': 'false' } };

it.each([
  ['whose ARN equals', admitting(rule)],
  ['whose ARN is like', admitting('arn:aws:events:*:*:rule/app/*', 'ArnLike')],
  ['that all may be', JSON.stringify({ Statement: { ...allow('*', '*'), Principal: '*' } })],
])('admits a service for a rule %s', async (_, policy) => {
  const { authority } = await openAuthority();
  expect(() => authority.authorize(forRule, send, policy)).not.toThrow();
});

it.each([
  ['where there is no policy', undefined],
  ['for another rule', admitting(`${rule}-other`)],
  ['where another service is meant', admitting(rule).replace('events.', 's3.')],
  [
    'that is denied',
    JSON.stringify({
      Statement: [
        { ...allow('*', '*'), Principal: '*' },
        { Effect: 'Deny', Principal: '*', Action: 'sqs:SendMessage', Resource: queue },
      ],
    }),
  ],
])('refuses a service %s', async (_, policy) => {
  const { authority, observations } = await openAuthority();
  expect(() => authority.authorize(forRule, send, policy)).toThrow(
    `Service: events.amazonaws.com for ${rule} is not authorized to perform: sqs:sendmessage on resource: ${queue}`,
  );
  expect(await observations.waitFor('denied')).toMatchObject({ caller: 'events.amazonaws.com' });
});

it('names the statement that a resource’s policy lacks', async () => {
  const { authority, observations } = await openAuthority();
  expect(() => authority.authorize(forRule, send)).toThrow();
  const { remedy } = await observations.waitFor('denied');
  const statement = remedy.slice(remedy.indexOf('{'));
  expect(() => authority.authorize(forRule, send, `{"Statement":${statement}}`)).not.toThrow();
});

it('asks the role, not the policy, where a service assumes one', async () => {
  const { authority, worker } = await openAuthority();
  const assuming = { ...forRule, roleArn: worker.roleArn };
  expect(() => authority.authorize(assuming, send, admitting(rule))).toThrow(
    'assumed-role/worker-role/events.amazonaws.com',
  );
});

it('refuses to evaluate NotPrincipal', async () => {
  const { authority } = await openAuthority();
  const policy = JSON.stringify({ Statement: { ...allow('*', '*'), NotPrincipal: '*' } });
  expect(() => authority.authorize(forRule, send, policy)).toThrow('NotPrincipal');
});
