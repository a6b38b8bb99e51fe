import type { Engine } from '../local-service.ts';
import type { Access } from '../wire/evaluate-policies.ts';
import { nameOf } from './name-of.ts';

/**
 * What an operation of Lambda asks for. `name` is a function's name or ARN or a mapping's id, empty for a list.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html
 */
export function functionAccess(
  { region, accountId }: Pick<Engine, 'region' | 'accountId'>,
  operation: string,
  name: string,
): Access {
  const kind = operation.endsWith('EventSourceMapping') ? 'event-source-mapping' : 'function';
  return {
    action: `lambda:${operation === 'Invoke' ? 'InvokeFunction' : operation}`,
    resource: name === '' ? '*' : `arn:aws:lambda:${region}:${accountId}:${kind}:${nameOf(name)}`,
  };
}

/** What Lambda's poller asks of a function's role, on the queue. */
export const POLLER_OPERATIONS = ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'] as const;
