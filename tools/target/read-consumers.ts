import { EventBridgeClient, type Rule } from '@aws-sdk/client-eventbridge';
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  QueueDoesNotExist,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { didYouMeanOrAll } from '../nearest.ts';
import { UserError } from '../user-error.ts';
import { readRules } from './read-rules.ts';
import type { Target } from './target.ts';
import { temporaryPrefix } from './temporary-rule.ts';

/** A queue that rules of the bus feed, as it is deployed. */
export interface Consumer {
  /** As its subscription says: `make-thumbnails`. Of a queue that is not ours, the queue's name. */
  readonly name: string;
  readonly queue: QueuePlace;
  /** Where what the function does not get done ends: the queue's redrive policy says so. */
  readonly deadLetters?: QueuePlace;
  readonly rules: readonly ConsumerRule[];
}

export interface ConsumerRule {
  readonly name: string;
  readonly arn: string;
  /** JSON text, as it was put. */
  readonly pattern: string;
  readonly isEnabled: boolean;
}

export interface QueuePlace {
  readonly name: string;
  readonly arn: string;
  readonly url: string;
}

/** The consumers of the stage's bus, by name, read off its rules. Throws `UserError` when there is no such bus. */
export async function readConsumers({ names, settings }: Target): Promise<readonly Consumer[]> {
  const events = new EventBridgeClient(settings);
  const sqs = new SQSClient(settings);
  try {
    const rules = await readRules({ bus: names.bus }, events);
    const fed = rules.flatMap(({ rule, targets }) =>
      targets.flatMap(({ Arn = '' }) => (Arn.split(':')[2] === 'sqs' ? [{ queue: Arn, rule }] : [])),
    );
    const byQueue = Map.groupBy(fed, ({ queue }) => queue);
    const consumers = await Promise.all(
      [...byQueue].map(([arn, feeding]) =>
        readConsumer(
          arn,
          feeding.map(({ rule }) => rule),
          { sqs, prefix: names.consumer('') },
        ),
      ),
    );
    return consumers.flatMap((one) => one ?? []).sort((a, b) => a.name.localeCompare(b.name));
  } finally {
    events.destroy();
    sqs.destroy();
  }
}

/** The consumer of that name. Throws `UserError` with those there are. */
export function requireConsumer(consumers: readonly Consumer[], name: string): Consumer {
  const found = consumers.find((consumer) => consumer.name === name);
  if (found) return found;
  const names = consumers.map((one) => one.name);
  throw new UserError(`no consumer "${name}" is deployed there.${didYouMeanOrAll(name, names)}`);
}

/** Where a queue is, by its ARN; undefined when it is gone. */
export async function findQueue(arn: string, sqs: SQSClient): Promise<QueuePlace | undefined> {
  const [, , , , QueueOwnerAWSAccountId, name = ''] = arn.split(':');
  try {
    const { QueueUrl = '' } = await sqs.send(
      new GetQueueUrlCommand({ QueueName: name, QueueOwnerAWSAccountId }),
    );
    return { name, arn, url: QueueUrl };
  } catch (error) {
    if (error instanceof QueueDoesNotExist) return undefined;
    throw error;
  }
}

async function readConsumer(
  arn: string,
  rules: readonly Rule[],
  { sqs, prefix }: { readonly sqs: SQSClient; readonly prefix: string },
): Promise<Consumer | undefined> {
  const queue = await findQueue(arn, sqs);
  if (queue === undefined || queue.name.startsWith(temporaryPrefix)) return undefined;
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queue.url, AttributeNames: ['RedrivePolicy'] }),
  );
  const { deadLetterTargetArn } = JSON.parse(Attributes.RedrivePolicy ?? '{}');
  const deadLetters = deadLetterTargetArn && (await findQueue(deadLetterTargetArn, sqs));
  return {
    name: queue.name.startsWith(prefix) ? queue.name.slice(prefix.length) : queue.name,
    queue,
    ...(deadLetters && { deadLetters }),
    rules: rules.map(({ Name: name = '', Arn = '', EventPattern = '{}', State }) => ({
      name,
      arn: Arn,
      pattern: EventPattern,
      isEnabled: State !== 'DISABLED',
    })),
  };
}
