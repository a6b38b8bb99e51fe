import { paginateListQueues, type SQSClient } from '@aws-sdk/client-sqs';
import type { QueuePlace } from './read-consumers.ts';

/** The queues whose names begin so. */
export async function listQueues(
  QueueNamePrefix: string,
  client: SQSClient,
): Promise<readonly Pick<QueuePlace, 'name' | 'url'>[]> {
  const urls: string[] = [];
  const pages = paginateListQueues({ client, pageSize: 1_000 }, { QueueNamePrefix });
  for await (const { QueueUrls = [] } of pages) urls.push(...QueueUrls);
  return urls.map((url) => ({ url, name: url.slice(url.lastIndexOf('/') + 1) }));
}
