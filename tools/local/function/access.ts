import type { Engine } from '../local-service.ts';
import type { Access } from '../wire/evaluate-policies.ts';

/**
 * What an operation of Lambda asks for. `name` is the function's or the mapping's, empty for a list.
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
    resource: name === '' ? '*' : `arn:aws:lambda:${region}:${accountId}:${kind}:${name}`,
  };
}

/** What Lambda's poller asks of a function's role, on the queue. */
export const POLLER_OPERATIONS = ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'] as const;
