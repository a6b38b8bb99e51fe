import type { DeclaredResource, DeployedResource, ResourceProvider } from '../local-service.ts';
import type { LocalQueue } from './local-queue.ts';
import { QUEUE_DEFAULTS } from './queue-attributes.ts';
import type { QueueRegistry } from './queue-operations.ts';

/** `AWS::SQS::Queue` and `AWS::SQS::QueuePolicy`. */
export function createQueueResources(registry: QueueRegistry): Record<string, ResourceProvider> {
  return {
    'AWS::SQS::Queue': {
      honoured: ['QueueName', 'Tags', ...QUEUE_ATTRIBUTES],
      withoutEffect: {
        KmsDataKeyReusePeriodSeconds: 'messages are not encrypted here',
        KmsMasterKeyId: 'messages are not encrypted here',
        RedriveAllowPolicy: 'every queue may be a dead-letter queue here',
        SqsManagedSseEnabled: 'messages are not encrypted here',
      },
      naming: { property: 'QueueName', isTaken: (name) => registry.byName(name) !== undefined },
      deploy: async (resource) => describe(deployQueue(registry, resource)),
      async remove(url) {
        registry.delete(url.split('/').at(-1) ?? '');
      },
    },
    'AWS::SQS::QueuePolicy': {
      honoured: ['PolicyDocument', 'Queues'],
      withoutEffect: {},
      async deploy({ properties, physicalId = '' }) {
        const urls = Array.isArray(properties.Queues) ? properties.Queues.map(String) : [];
        const named = urls.map((url) => {
          const queue = queueAt(url);
          if (!queue) throw new Error(`a queue policy names the queue ${url}, which does not exist`);
          return queue;
        });
        for (const url of physicalId.split(' ')) if (!urls.includes(url)) takePolicy(url);
        const Policy = JSON.stringify(properties.PolicyDocument);
        for (const queue of named) registry.setAttributes(queue, { Policy });
        // Names its queues, so that the policy can be taken from them in another run of the engine too.
        return { physicalId: urls.join(' '), attributes: {} };
      },
      async remove(urls) {
        for (const url of urls.split(' ')) takePolicy(url);
      },
    },
  };

  function queueAt(url: string): LocalQueue | undefined {
    return registry.byName(url.split('/').at(-1) ?? '');
  }

  function takePolicy(url: string): void {
    const queue = queueAt(url);
    if (queue) registry.setAttributes(queue, { Policy: '' });
  }
}

const QUEUE_ATTRIBUTES = [
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'DelaySeconds',
  'FifoQueue',
  'FifoThroughputLimit',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'ReceiveMessageWaitTimeSeconds',
  'RedrivePolicy',
  'VisibilityTimeout',
];

function deployQueue(registry: QueueRegistry, { properties, generatedName }: DeclaredResource): LocalQueue {
  const isFifo = String(properties.FifoQueue) === 'true';
  const name = properties.QueueName ?? (isFifo ? `${generatedName.slice(0, 75)}.fifo` : generatedName);
  const attributes: Record<string, string> = {};
  for (const attribute of QUEUE_ATTRIBUTES) {
    const value = properties[attribute];
    if (value !== undefined)
      attributes[attribute] = typeof value === 'object' ? JSON.stringify(value) : String(value);
  }
  const tags = Array.isArray(properties.Tags) ? (properties.Tags as { Key: string; Value: string }[]) : [];
  const tagsByKey = Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
  const present = registry.byName(String(name));
  if (!present) return registry.create(String(name), attributes, tagsByKey);
  // What left the template goes back to its default; an empty text takes away what has none.
  const left = QUEUE_ATTRIBUTES.filter((name) => present.attributes.has(name) && !(name in attributes));
  const defaults = left.map((name) => [name, QUEUE_DEFAULTS[name] ?? '']);
  registry.setAttributes(present, { ...Object.fromEntries(defaults), ...attributes });
  return present;
}

function describe({ name, arn, url }: LocalQueue): DeployedResource {
  return { physicalId: url, attributes: { Arn: arn, QueueName: name, QueueUrl: url } };
}
