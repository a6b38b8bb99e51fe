import type {
  DeclaredResource,
  Engine,
  JsonObject,
  LocalService,
  ResourceProvider,
} from '../local-service.ts';
import { AwsError } from './aws-error.ts';
import type { PolicyDocument } from './evaluate-policies.ts';
import { readProperties } from './read-properties.ts';

/** IAM: the roles that templates declare, with what their policies say. */
export interface Identities extends LocalService {
  /** Every policy document that applies to a role; nothing for a role that was not deployed here. */
  policiesOf(roleArn: string): readonly PolicyDocument[] | undefined;
  /** Calls back whenever a role or a policy was made, changed or removed. */
  onChange(listener: () => void): void;
}

/** Keeps roles and policies. Roles are made by templates only: there is no API. */
export function createIdentities({ accountId }: Pick<Engine, 'accountId'>): Identities {
  const roles = new Map<string, Role>();
  const policies = new Map<string, AttachedPolicy>();
  const listeners: (() => void)[] = [];
  const changed = () => {
    for (const listener of listeners) listener();
  };

  return {
    name: 'iam',
    protocol: {
      kind: 'json',
      targetPrefix: 'AWSIdentityManagementV20100508',
      version: '1.1',
      operations: {},
    },
    resources: {
      'AWS::IAM::Role': roleResource(),
      'AWS::IAM::Policy': policyResource('PolicyName', ({ generatedName }) => generatedName),
      'AWS::IAM::ManagedPolicy': policyResource('ManagedPolicyName', ({ generatedName, properties }) => {
        const read = readProperties(properties);
        const name = read.text('ManagedPolicyName') ?? generatedName;
        return `arn:aws:iam::${accountId}:policy${read.text('Path') ?? '/'}${name}`;
      }),
    },
    policiesOf(roleArn) {
      const role = [...roles.values()].find(({ arn }) => arn === roleArn);
      if (!role) return undefined;
      const attached = [...policies].filter(
        ([id, { roleNames }]) => role.managedPolicyArns.includes(id) || roleNames.includes(role.name),
      );
      const managed = role.managedPolicyArns.flatMap((arn) => AWS_MANAGED[arn] ?? []);
      return [...role.inline, ...managed, ...attached.map(([, { document }]) => document)];
    },
    onChange(listener) {
      listeners.push(listener);
    },
    close: async () => {},
  };

  function roleResource(): ResourceProvider {
    return {
      honoured: ['ManagedPolicyArns', 'Path', 'Policies', 'RoleName'],
      withoutEffect: {
        AssumeRolePolicyDocument: 'the engine assumes each role for the service that needs it',
        Description: 'for people only',
        MaxSessionDuration: 'sessions do not end here',
        Tags: 'nothing here reads tags',
      },
      async deploy({ generatedName, physicalId, properties }) {
        const read = readProperties(properties);
        const name = read.text('RoleName') ?? generatedName;
        const arn = `arn:aws:iam::${accountId}:role${read.text('Path') ?? '/'}${name}`;
        const managedPolicyArns = read.list('ManagedPolicyArns').map(String);
        const unknown = managedPolicyArns.find((each) => !AWS_MANAGED[each] && !policies.has(each));
        if (unknown)
          throw new AwsError(
            'NoSuchEntity',
            `Policy ${unknown} does not exist here: declare it in a stack, or write its statements into the role. Known of AWS's own: ${Object.keys(AWS_MANAGED).join(', ')}`,
          );
        const inline = read
          .list('Policies')
          .map((policy) => documentOf(readProperties(policy as JsonObject).object('PolicyDocument')));
        if (physicalId !== undefined) roles.delete(physicalId);
        roles.set(name, { name, arn, inline, managedPolicyArns });
        changed();
        return { physicalId: name, attributes: { Arn: arn, RoleId: `AROA${name.toUpperCase()}` } };
      },
      async remove(physicalId) {
        roles.delete(physicalId);
        changed();
      },
    };
  }

  function policyResource(
    nameProperty: string,
    idOf: (resource: DeclaredResource) => string,
  ): ResourceProvider {
    return {
      honoured: [nameProperty, 'Path', 'PolicyDocument', 'Roles'],
      withoutEffect: { Description: 'for people only' },
      async deploy(resource) {
        const read = readProperties(resource.properties);
        const id = idOf(resource);
        if (resource.physicalId !== undefined) policies.delete(resource.physicalId);
        policies.set(id, {
          document: documentOf(read.object('PolicyDocument')),
          roleNames: read.list('Roles').map(String),
        });
        changed();
        return { physicalId: id, attributes: { Id: id, PolicyArn: id } };
      },
      async remove(physicalId) {
        policies.delete(physicalId);
        changed();
      },
    };
  }
}

interface Role {
  readonly name: string;
  readonly arn: string;
  readonly inline: readonly PolicyDocument[];
  readonly managedPolicyArns: readonly string[];
}

interface AttachedPolicy {
  readonly document: PolicyDocument;
  readonly roleNames: readonly string[];
}

const WRITE_LOGS = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];
const READ_QUEUE = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

/** https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html */
const AWS_MANAGED: Readonly<Record<string, PolicyDocument>> = {
  'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole': allow(WRITE_LOGS),
  'arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole': allow([
    ...READ_QUEUE,
    ...WRITE_LOGS,
  ]),
};

function allow(Action: readonly string[]): PolicyDocument {
  return { Statement: { Effect: 'Allow', Action, Resource: '*' } };
}

function documentOf(properties: JsonObject): PolicyDocument {
  if (properties.Statement === undefined)
    throw new AwsError(
      'MalformedPolicyDocument',
      `a policy needs a Statement: ${JSON.stringify(properties)}`,
    );
  return properties as unknown as PolicyDocument;
}
