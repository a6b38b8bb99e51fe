import { ListQueueTagsCommand, QueueDoesNotExist, SQSClient } from '@aws-sdk/client-sqs';
import { aliveTag, busTag, listenerPrefix } from './listener-tags.ts';
import { listQueues } from './target/list-queues.ts';
import type { ClientSettings } from './target/target.ts';
import { removeTemporaryRule } from './target/temporary-rule.ts';

/**
 * Removes the rules and queues of listeners that were killed: those that have not said for an hour that they are alive. Answers their
 * names.
 */
export async function removeLeftListeners(
  settings: ClientSettings,
  nowMs = Date.now(),
): Promise<readonly string[]> {
  const sqs = new SQSClient(settings);
  const removed: string[] = [];
  try {
    for (const { name, url } of await listQueues(listenerPrefix, sqs)) {
      const { [aliveTag]: aliveAt, [busTag]: bus } = await tagsOf(url, sqs);
      if (aliveAt === undefined || bus === undefined) continue;
      if (nowMs - Date.parse(aliveAt) < LEFT_AFTER_MS) continue;
      await removeTemporaryRule({ settings, bus, name, remedy: 'remove it by hand' });
      removed.push(name);
    }
    return removed;
  } finally {
    sqs.destroy();
  }
}

const LEFT_AFTER_MS = 3_600_000;

async function tagsOf(QueueUrl: string, sqs: SQSClient): Promise<Readonly<Record<string, string>>> {
  try {
    return (await sqs.send(new ListQueueTagsCommand({ QueueUrl }))).Tags ?? {};
  } catch (error) {
    // Somebody else removes it right now.
    if (error instanceof QueueDoesNotExist) return {};
    throw error;
  }
}
