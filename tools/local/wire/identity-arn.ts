import type { Caller } from '../local-service.ts';

/** The ARN under which AWS knows a caller: a user's, or that of a role assumed for a session of the caller's name. */
export function identityArn(caller: Caller, accountId: string): string {
  if (caller.roleArn === undefined) return `arn:aws:iam::${accountId}:user/${caller.name}`;
  const role = caller.roleArn.split('/').at(-1);
  return `arn:aws:sts::${accountId}:assumed-role/${role}/${caller.name}`;
}
