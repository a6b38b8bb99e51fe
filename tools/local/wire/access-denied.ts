import type { Caller } from '../local-service.ts';
import { AwsError } from './aws-error.ts';
import type { Access, Verdict } from './evaluate-policies.ts';
import { identityArn } from './identity-arn.ts';

/**
 * The refusal in the words of the action's service: SQS writes the action in lower case, S3 puts the resource in quotes.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export function accessDenied(
  caller: Caller,
  access: Access,
  verdict: Exclude<Verdict, 'allowed'>,
  accountId: string,
): AwsError {
  const service = access.action.slice(0, access.action.indexOf(':'));
  const action = service === 'sqs' ? access.action.toLowerCase() : access.action;
  const resource = service === 's3' ? `"${access.resource}"` : access.resource;
  const policy = caller.roleArn === undefined ? 'resource-based' : 'identity-based';
  const who =
    caller.kind === 'service' && caller.roleArn === undefined
      ? `Service: ${caller.name} for ${caller.sourceArn}`
      : `User: ${identityArn(caller, accountId)}`;
  const why =
    verdict === 'denied'
      ? `with an explicit deny in ${policy === 'identity-based' ? 'an' : 'a'} ${policy} policy`
      : `because no ${policy} policy allows the ${action} action`;
  const { code, status } = CODES[service] ?? { code: 'AccessDeniedException', status: 400 };
  return new AwsError(
    code,
    `${who} is not authorized to perform: ${action} on resource: ${resource} ${why}`,
    {
      status,
    },
  );
}

const CODES: Readonly<Record<string, { readonly code: string; readonly status: number }>> = {
  cloudformation: { code: 'AccessDenied', status: 403 },
  lambda: { code: 'AccessDeniedException', status: 403 },
  s3: { code: 'AccessDenied', status: 403 },
  sqs: { code: 'AccessDenied', status: 403 },
  sts: { code: 'AccessDenied', status: 403 },
};

/** What a person can do about it: the statement to add, or the one to look for. */
export function remedyOf(caller: Caller, access: Access, verdict: Exclude<Verdict, 'allowed'>): string {
  const { action, resource } = access;
  const { name, roleArn, sourceArn } = caller;
  const where = roleArn === undefined ? `the policy of ${resource}` : `a policy of the role ${roleArn}`;
  if (verdict === 'denied') return `a statement with the effect Deny in ${where} is about this`;
  const statement =
    roleArn === undefined
      ? {
          Effect: 'Allow',
          Principal: { Service: name },
          Action: action,
          Resource: resource,
          Condition: { ArnEquals: { 'aws:SourceArn': sourceArn } },
        }
      : { Effect: 'Allow', Action: action, Resource: resource };
  return `to allow it, add to ${where}: ${JSON.stringify(statement)}`;
}
