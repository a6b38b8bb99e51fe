import type { AccessesOf, Engine } from '../local-service.ts';

/**
 * What SQS's operations ask for: a batch is the single action, on the queue that the URL or the name means.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html
 */
export function queueAccesses({ region, accountId }: Pick<Engine, 'region' | 'accountId'>): AccessesOf {
  return (operation, { QueueName, QueueUrl }) => {
    const named = QueueUrl ?? QueueName;
    if (typeof named !== 'string') return undefined;
    const resource = `arn:aws:sqs:${region}:${accountId}:${named.slice(named.lastIndexOf('/') + 1)}`;
    return [{ action: `sqs:${operation.replace(/Batch$/, '')}`, resource }];
  };
}
