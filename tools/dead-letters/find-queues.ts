import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { listQueues } from '../target/list-queues.ts';
import { type Consumer, findQueue, type QueuePlace } from '../target/read-consumers.ts';
import { readRules } from '../target/read-rules.ts';
import type { Target } from '../target/target.ts';

/** A dead-letter queue of a stage. */
export interface DeadLetterQueue {
  /** The consumer's name; of a rule that forwards to the bus, the rule's without its stage: `uploads`. */
  readonly of: string;
  readonly queue: QueuePlace;
  readonly from: Origin;
}

/** Where what is in a dead-letter queue comes from, and so where it goes back to. */
export type Origin =
  | { readonly kind: 'consumer'; readonly consumer: Consumer }
  /** ARNs of the rules that forward from the default bus to the stage's. */
  | { readonly kind: 'forwarding'; readonly rules: readonly string[] }
  /** A consumer that is gone, or that no rule of the bus feeds. */
  | { readonly kind: 'nobody' };

/** Every dead-letter queue of the stage, by name: its consumers', those of the rules that forward to its bus, and those that are left of others. */
export async function findDeadLetterQueues(
  { accountId, names, region, settings }: Target,
  { consumers, sqs }: { readonly consumers: readonly Consumer[]; readonly sqs: SQSClient },
): Promise<readonly DeadLetterQueue[]> {
  const prefix = names.consumer('');
  const nameOf = (queue: string) =>
    queue.startsWith(prefix) ? queue.slice(prefix.length).replace(/-dlq$/, '') : queue;
  const ofConsumers = consumers.flatMap((consumer): readonly DeadLetterQueue[] =>
    consumer.deadLetters === undefined
      ? []
      : [{ of: consumer.name, queue: consumer.deadLetters, from: { kind: 'consumer', consumer } }],
  );
  const forwarding = await readForwarding(prefix, settings);
  const ofRules = await Promise.all(
    [...Map.groupBy(forwarding, ({ deadLetters }) => deadLetters)].map(async ([arn, own]) => {
      const queue = await findQueue(arn, sqs);
      const rules = own.map(({ rule }) => rule);
      return queue && { of: nameOf(queue.name), queue, from: { kind: 'forwarding', rules } as const };
    }),
  );
  const found = [...ofConsumers, ...ofRules.flatMap((one) => one ?? [])];
  const known = new Set(found.map(({ queue }) => queue.name));
  const left = (await listQueues(prefix, sqs)).filter(
    ({ name }) => name.endsWith('-dlq') && !known.has(name),
  );
  const ofNobody = left.map(({ name, url }) => ({
    of: nameOf(name),
    queue: { name, arn: `arn:aws:sqs:${region}:${accountId}:${name}`, url },
    from: { kind: 'nobody' } as const,
  }));
  return [...found, ...ofNobody].sort((a, b) => a.of.localeCompare(b.of));
}

/** The stage's rules on the default bus do nothing else, wherever one of them points by mistake. */
async function readForwarding(
  prefix: string,
  settings: Target['settings'],
): Promise<readonly { readonly rule: string; readonly deadLetters: string }[]> {
  const events = new EventBridgeClient(settings);
  try {
    const rules = await readRules({ bus: 'default', prefix }, events);
    return rules.flatMap(({ rule, targets }) =>
      targets.flatMap(({ DeadLetterConfig: { Arn: deadLetters } = {} }) =>
        deadLetters === undefined ? [] : [{ rule: rule.Arn ?? '', deadLetters }],
      ),
    );
  } finally {
    events.destroy();
  }
}
