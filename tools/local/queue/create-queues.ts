import type { Engine } from '../local-service.ts';
import { tellingOperations, tellingResources } from '../persistence/telling-changes.ts';
import { AwsError } from '../wire/aws-error.ts';
import { queueAccesses } from './access.ts';
import { createLocalQueue, type LocalQueue } from './local-queue.ts';
import { createMessageOperations } from './message-operations.ts';
import { checkQueueAttributes, parseRedrivePolicy } from './queue-attributes.ts';
import { createQueueOperations, type QueueRegistry } from './queue-operations.ts';
import { createQueueResources } from './queue-resources.ts';
import type { Queue, Queues } from './queues.ts';

/** SQS: standard and FIFO queues, on the engine's clock, in memory or kept in the data folder. */
export function createQueues(engine: Engine): Queues {
  const byName = new Map<string, LocalQueue>();
  const byArn = new Map<string, LocalQueue>();
  let deadLetterArns = new Set<string>();
  const listeners = new Set<(queue: Queue) => void>();

  const registry: QueueRegistry = {
    list: () => [...byName.values()],
    byName: (name) => byName.get(name),
    create(name, attributes, tags) {
      const isFifo = checkName(name, attributes);
      checkQueueAttributes(attributes, { isFifo, hasQueue: (arn) => byArn.has(arn) });
      const present = byName.get(name);
      if (present) {
        const differing = Object.entries(attributes).find(
          ([key, value]) => present.attributes.get(key) !== value,
        );
        if (!differing) return present;
        throw new AwsError(
          'QueueNameExists',
          `A queue already exists with the same name and a different value for attribute ${differing[0]}`,
        );
      }
      return open({
        name,
        attributes: isFifo ? { ContentBasedDeduplication: 'false', ...attributes } : attributes,
        tags,
      });
    },
    setAttributes(queue, attributes) {
      const { isFifo } = queue;
      checkQueueAttributes(attributes, { isFifo, hasQueue: (arn) => byArn.has(arn) });
      for (const [name, value] of Object.entries(attributes)) {
        // An empty text takes a policy away.
        if (value === '') queue.attributes.delete(name);
        else queue.attributes.set(name, value);
      }
      queue.lastModifiedAt = engine.clock.now();
      findDeadLetterQueues();
    },
    delete(name) {
      const queue = byName.get(name);
      if (!queue) return;
      queue.drop();
      byName.delete(name);
      byArn.delete(queue.arn);
      findDeadLetterQueues();
    },
  };

  const kept = engine.persistence?.mirror('queues', () => [...byName].map(describe));
  for (const [name, queue] of kept?.entries() ?? []) open({ name, ...queue });

  return {
    name: 'sqs',
    protocol: {
      kind: 'json',
      targetPrefix: 'AmazonSQS',
      version: '1.0',
      operations: {
        ...tellingOperations(createQueueOperations(registry), kept?.changed),
        ...createMessageOperations(engine, registry),
      },
      accessesOf: queueAccesses(engine),
      errorHeaders: queryErrorHeader,
    },
    resources: tellingResources(createQueueResources(registry), kept?.changed),
    byArn: (arn) => byArn.get(arn),
    list: registry.list,
    onCreated(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      for (const queue of byName.values()) queue.close();
    },
  };

  function open(
    queue: Pick<Parameters<typeof createLocalQueue>[0], 'name' | 'attributes' | 'tags' | 'times'>,
  ) {
    const opened = createLocalQueue({
      ...queue,
      engine,
      queueByArn: (arn) => byArn.get(arn),
      isDeadLetterQueue: (arn) => deadLetterArns.has(arn),
    });
    byName.set(opened.name, opened);
    byArn.set(opened.arn, opened);
    findDeadLetterQueues();
    for (const listener of listeners) listener(opened);
    return opened;
  }

  function findDeadLetterQueues() {
    deadLetterArns = new Set(
      registry.list().flatMap(({ attributes }) => {
        const target = parseRedrivePolicy(attributes.get('RedrivePolicy'))?.deadLetterTargetArn;
        return target === undefined ? [] : [target];
      }),
    );
  }
}

function describe([name, queue]: readonly [string, LocalQueue]) {
  const { attributes, createdAt, lastModifiedAt, tags } = queue;
  const row = {
    attributes: Object.fromEntries(attributes),
    tags: Object.fromEntries(tags),
    times: { createdAt, lastModifiedAt },
  };
  return [name, row] as const;
}

/** Whether the queue is to be a FIFO queue, which its name and its attribute must agree on. */
function checkName(name: string, attributes: Readonly<Record<string, string>>): boolean {
  const isFifo = attributes.FifoQueue === 'true';
  if (
    !/^[\w-]{1,80}$/.test(isFifo ? name.replace(/\.fifo$/, '') : name) ||
    isFifo !== name.endsWith('.fifo')
  ) {
    throw new AwsError(
      'InvalidParameterValue',
      `The queue name "${name}" is not valid: it can only include alphanumeric characters, hyphens or underscores, 1 to 80 in length; a FIFO queue's name, and only such a one's, ends with .fifo, with the attribute FifoQueue "true".`,
    );
  }
  return isFifo;
}

/** Clients know these errors by the codes of SQS's former protocol, which AWS sends along in a header. */
function queryErrorHeader({ code, status }: AwsError): Record<string, string> {
  const formerCode = FORMER_CODES[code] ?? code;
  return { 'x-amzn-query-error': `${formerCode};${status < 500 ? 'Sender' : 'Receiver'}` };
}

const FORMER_CODES: Readonly<Record<string, string>> = {
  BatchEntryIdsNotDistinct: 'AWS.SimpleQueueService.BatchEntryIdsNotDistinct',
  BatchRequestTooLong: 'AWS.SimpleQueueService.BatchRequestTooLong',
  EmptyBatchRequest: 'AWS.SimpleQueueService.EmptyBatchRequest',
  InvalidBatchEntryId: 'AWS.SimpleQueueService.InvalidBatchEntryId',
  QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue',
  QueueNameExists: 'QueueAlreadyExists',
  TooManyEntriesInBatchRequest: 'AWS.SimpleQueueService.TooManyEntriesInBatchRequest',
};
