import {
  DeleteRuleCommand,
  EventBridgeClient,
  RemoveTargetsCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-eventbridge';
import {
  DeleteQueueCommand,
  ListQueueTagsCommand,
  paginateListQueues,
  QueueDoesNotExist,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { ListenOptions } from './listen.ts';
import { aliveTag, busTag, listenerPrefix } from './listener-tags.ts';

/**
 * Removes the rules and queues of listeners that were killed: those that have not said for an hour that they are alive. Answers their
 * names.
 */
export async function removeLeftListeners(
  settings: ListenOptions['settings'],
  nowMs = Date.now(),
): Promise<readonly string[]> {
  const events = new EventBridgeClient(settings);
  const sqs = new SQSClient(settings);
  const removed: string[] = [];
  try {
    const pages = paginateListQueues({ client: sqs, pageSize: 1_000 }, { QueueNamePrefix: listenerPrefix });
    for await (const { QueueUrls = [] } of pages) {
      for (const QueueUrl of QueueUrls) {
        const { Tags = {} } = await sqs
          .send(new ListQueueTagsCommand({ QueueUrl }))
          .catch(unlessGone(QueueDoesNotExist));
        const { [aliveTag]: aliveAt, [busTag]: EventBusName } = Tags;
        if (aliveAt === undefined || nowMs - Date.parse(aliveAt) < LEFT_AFTER_MS) continue;
        const name = QueueUrl.slice(QueueUrl.lastIndexOf('/') + 1);
        const target = { Rule: name, EventBusName, Ids: ['queue'] };
        await events.send(new RemoveTargetsCommand(target)).catch(unlessGone(ResourceNotFoundException));
        await events.send(new DeleteRuleCommand({ Name: name, EventBusName }));
        await sqs.send(new DeleteQueueCommand({ QueueUrl })).catch(unlessGone(QueueDoesNotExist));
        removed.push(name);
      }
    }
    return removed;
  } finally {
    events.destroy();
    sqs.destroy();
  }
}

const LEFT_AFTER_MS = 3_600_000;

/** It was killed before it had made it, or somebody else removes it right now. */
function unlessGone(Gone: typeof ResourceNotFoundException | typeof QueueDoesNotExist) {
  return (error: unknown): { readonly Tags?: Readonly<Record<string, string>> } => {
    if (error instanceof Gone) return {};
    throw error;
  };
}
