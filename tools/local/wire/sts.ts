import { randomBytes } from 'node:crypto';
import type { Caller, Engine, LocalService, QueryOperation } from '../local-service.ts';
import { accessDenied } from './access-denied.ts';
import type { Callers } from './callers.ts';
import type { Identities } from './create-identities.ts';
import { identityArn } from './identity-arn.ts';
import { readProperties } from './read-properties.ts';

/**
 * STS: whom the engine takes a client for, and assuming roles. A role of a template binds who assumes it; those that `cdk bootstrap`
 * would make bind nobody, since whoever runs the laptop may do everything.
 */
export function createSts(
  engine: Engine,
  options: { readonly callers: Callers; readonly identities: Pick<Identities, 'policiesOf'> },
): LocalService {
  const { callers, identities } = options;
  const { accountId, clock } = engine;

  return {
    name: 'sts',
    resources: {},
    protocol: {
      kind: 'query',
      namespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
      operations: { AssumeRole: assumeRole, GetCallerIdentity: getCallerIdentity },
      accessesOf: (operation, input) =>
        operation === 'AssumeRole' ? [{ action: 'sts:AssumeRole', resource: String(input.RoleArn) }] : [],
    },
    close: async () => {},
  };

  function getCallerIdentity(_: unknown, caller: Caller): ReturnType<QueryOperation> {
    return { Arn: identityArn(caller, accountId), UserId: caller.name, Account: accountId };
  }

  function assumeRole(...[input, caller]: Parameters<QueryOperation>): ReturnType<QueryOperation> {
    const read = readProperties(input);
    const roleArn = read.text('RoleArn') ?? '';
    const session = read.text('RoleSessionName') ?? '';
    const assumed: Caller = { kind: 'function', name: session, roleArn };
    const isDeployed = identities.policiesOf(roleArn) !== undefined;
    if (!isDeployed && !isBootstrapRole(roleArn)) {
      throw accessDenied(caller, { action: 'sts:AssumeRole', resource: roleArn }, 'not allowed', accountId);
    }
    const credentials = callers.issue(isDeployed ? assumed : caller);
    return {
      Credentials: {
        AccessKeyId: credentials.accessKeyId,
        SecretAccessKey: credentials.secretAccessKey,
        SessionToken: credentials.sessionToken,
        Expiration: new Date(clock.now() + 1_000 * (read.number('DurationSeconds') ?? 3_600)).toISOString(),
      },
      AssumedRoleUser: {
        Arn: identityArn(assumed, accountId),
        AssumedRoleId: `AROA${randomBytes(8).toString('hex').toUpperCase()}:${session}`,
      },
    };
  }

  /** `cdk-hnb659fds-deploy-role-000000000000-us-east-1` */
  function isBootstrapRole(roleArn: string): boolean {
    return /:role\/cdk-[a-z0-9]{1,10}-[a-z-]+-role-\d{12}-[a-z0-9-]+$/.test(roleArn);
  }
}
