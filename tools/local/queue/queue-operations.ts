import type { JsonObject, JsonOperation } from '../local-service.ts';
import { AwsError } from '../wire/aws-error.ts';
import type { LocalQueue } from './local-queue.ts';
import { parseRedrivePolicy } from './queue-attributes.ts';

/** The queues that the operations work on. */
export interface QueueRegistry {
  list(): readonly LocalQueue[];
  byName(name: string): LocalQueue | undefined;
  /** Makes it, or answers the one there is. Throws QueueAlreadyExists when that one differs. */
  create(name: string, attributes: Record<string, string>, tags: Record<string, string>): LocalQueue;
  setAttributes(queue: LocalQueue, attributes: Record<string, string>): void;
  delete(name: string): void;
}

/** The queue that a request means by its `QueueUrl`: the last part is the name. */
export function queueOf(registry: QueueRegistry, input: JsonObject): LocalQueue {
  if (typeof input.QueueUrl !== 'string') {
    throw new AwsError('MissingParameter', 'The request must contain the parameter QueueUrl.');
  }
  return existing(registry, input.QueueUrl.split('/').at(-1) ?? '');
}

function existing(registry: QueueRegistry, name: string): LocalQueue {
  const queue = registry.byName(name);
  if (!queue) throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
  return queue;
}

/** SQS's operations on queues themselves. */
export function createQueueOperations(registry: QueueRegistry): Record<string, JsonOperation> {
  return {
    CreateQueue: (input) => ({
      QueueUrl: registry.create(String(input.QueueName ?? ''), texts(input.Attributes), texts(input.tags))
        .url,
    }),
    DeleteQueue(input) {
      registry.delete(queueOf(registry, input).name);
      return {};
    },
    GetQueueUrl: (input) => ({ QueueUrl: existing(registry, String(input.QueueName)).url }),
    ListQueues(input) {
      const names = registry
        .list()
        .map(({ name }) => name)
        .filter((name) => name.startsWith(String(input.QueueNamePrefix ?? '')))
        .filter((name) => input.NextToken === undefined || name > String(input.NextToken))
        .sort();
      const page = names.slice(0, Number(input.MaxResults ?? 1_000));
      return {
        QueueUrls: page.map((name) => existing(registry, name).url),
        NextToken: page.length < names.length ? page.at(-1) : undefined,
      };
    },
    ListDeadLetterSourceQueues(input) {
      const { arn } = queueOf(registry, input);
      const sources = registry
        .list()
        .filter(
          ({ attributes }) =>
            parseRedrivePolicy(attributes.get('RedrivePolicy'))?.deadLetterTargetArn === arn,
        );
      return { queueUrls: sources.map(({ url }) => url) };
    },
    GetQueueAttributes(input) {
      const all = readAttributes(queueOf(registry, input));
      const wanted = Array.isArray(input.AttributeNames) ? input.AttributeNames.map(String) : [];
      const unknown = wanted.find((name) => name !== 'All' && !KNOWN.has(name) && !(name in all));
      if (unknown !== undefined) {
        throw new AwsError('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
      }
      const chosen = Object.entries(all).filter(([name]) => wanted.includes('All') || wanted.includes(name));
      return chosen.length > 0 ? { Attributes: Object.fromEntries(chosen) } : {};
    },
    SetQueueAttributes(input) {
      registry.setAttributes(queueOf(registry, input), texts(input.Attributes));
      return {};
    },
    PurgeQueue(input) {
      queueOf(registry, input).purge();
      return {};
    },
    TagQueue(input) {
      const { tags } = queueOf(registry, input);
      for (const [key, value] of Object.entries(texts(input.Tags))) tags.set(key, value);
      return {};
    },
    UntagQueue(input) {
      const { tags } = queueOf(registry, input);
      for (const key of Array.isArray(input.TagKeys) ? input.TagKeys : []) tags.delete(String(key));
      return {};
    },
    ListQueueTags: (input) => ({ Tags: Object.fromEntries(queueOf(registry, input).tags) }),
  };
}

function readAttributes(queue: LocalQueue): Record<string, string> {
  const { visible, inFlight, delayed } = queue.depth();
  return {
    ...Object.fromEntries(queue.attributes),
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    CreatedTimestamp: String(Math.floor(queue.createdAt / 1_000)),
    LastModifiedTimestamp: String(Math.floor(queue.lastModifiedAt / 1_000)),
  };
}

/** Names that exist in SQS although a queue may have no value for them. */
const KNOWN = new Set([
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'FifoQueue',
  'FifoThroughputLimit',
  'KmsDataKeyReusePeriodSeconds',
  'KmsMasterKeyId',
  'Policy',
  'RedriveAllowPolicy',
  'RedrivePolicy',
]);

function texts(map: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(map ?? {}).map(([key, value]) => [key, String(value)]));
}
