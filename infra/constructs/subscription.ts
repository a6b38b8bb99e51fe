import { Duration } from 'aws-cdk-lib';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import {
  everyOwnEvent,
  type Interest,
  type Subscription as SubscriptionData,
  subscriptionDefaults,
} from '../../services/runtime/subscription.ts';
import { arns } from '../arns.ts';
import { eventAddress } from '../event-address.ts';
import { namesOf } from '../names.ts';
import { SettingsError } from '../settings-error.ts';
import type { Stage } from '../stage.ts';
import { BundledFunction } from './function.ts';
import { Queue } from './queue.ts';
import { type EventPattern, Rule } from './rule.ts';

export interface SubscriptionProps {
  readonly subscription: SubscriptionData;
  /** The TypeScript file that exports `handler`. */
  readonly entry: URL;
  readonly stage: Stage;
  /** What the handler reads beyond what every consumer is given. @default nothing */
  readonly environment?: Readonly<Record<string, string>>;
  /** Names that an override of the stage may add to the environment. @default none */
  readonly settings?: readonly string[];
  /** The bucket that interests in `aws.s3/…` are about; needed if there are any. */
  readonly bucketName?: string;
}

/**
 * A consumer: a rule for each interest, a queue, a function, and one dead-letter queue with three doors: the rule
 * could not deliver, the function failed too often, or it parked the message.
 */
export class Subscription extends Construct {
  readonly #function: BundledFunction;

  constructor(scope: Construct, id: string, props: SubscriptionProps) {
    super(scope, id);
    const { subscription, stage } = props;
    const { name, consumes, emits } = subscription;
    const names = namesOf({ stage: stage.name });
    const override = stage.overrides[name] ?? {};
    const limits = { ...subscriptionDefaults, ...subscription.function, ...subscription.queue };
    const batch = { ...subscriptionDefaults, ...subscription.batch };
    const timeoutSeconds = override.timeoutSeconds ?? limits.timeoutSeconds;

    const queue = new Queue(this, 'Queue', {
      name: names.consumer(name),
      deadLettersName: names.deadLetters(name),
      visibilitySeconds: 6 * timeoutSeconds + batch.windowSeconds,
      delaySeconds: limits.delaySeconds,
      maxReceives: limits.maxReceives,
      ruleArns: consumes.map((_, index) => arns.rule(names.bus, names.rule(name, index + 1))),
    });
    this.#addRules(props, queue);

    this.#function = new BundledFunction(this, 'Function', {
      name: names.consumer(name),
      description: subscription.description,
      entry: props.entry,
      architecture: override.architecture ?? limits.architecture,
      nativePackages: limits.nativePackages,
      files: limits.files,
      memoryMb: override.memoryMb ?? limits.memoryMb,
      timeoutSeconds,
      environment: {
        BUS_NAME: names.bus,
        CONSUMER: name,
        STAGE: stage.name,
        QUEUE_URL: queue.messages.queueUrl,
        DEAD_LETTER_QUEUE_URL: queue.deadLetters.queueUrl,
        MAX_RECEIVES: String(limits.maxReceives),
        ...props.environment,
        ...known(name, override.environment ?? {}, props.settings ?? []),
      },
      hearsItself: consumes.some(({ event }) => hearsOneOf(event, emits)),
      stage,
    });
    this.#allowToConsume(queue);
    if (emits.length > 0) this.#function.allowToPublish(arns.bus(names.bus), emits);

    new EventSourceMapping(this, 'Poller', {
      target: this.#function.lambda,
      eventSourceArn: queue.messages.queueArn,
      batchSize: batch.size ?? batch.batchSize,
      maxBatchingWindow: Duration.seconds(batch.windowSeconds),
      maxConcurrency: batch.maxConcurrency,
      reportBatchItemFailures: true,
    });
  }

  /** Grants the function exactly these actions on exactly this resource. */
  allow(actions: readonly string[], resource: string): void {
    this.#function.allow(actions, resource);
  }

  #addRules({ subscription, stage, bucketName }: SubscriptionProps, queue: Queue): void {
    const names = namesOf({ stage: stage.name });
    for (const [index, interest] of subscription.consumes.entries()) {
      const n = index + 1;
      const rule = new Rule(this, `Rule${n}`, {
        name: names.rule(subscription.name, n),
        bus: names.bus,
        pattern: patternOf(interest, bucketName),
        targetArn: queue.messages.queueArn,
        deadLetterArn: queue.deadLetters.queueArn,
      });
      // A rule that is there before the queue's policy finds the door shut, and does not try twice.
      rule.node.addDependency(queue);
    }
  }

  #allowToConsume(queue: Queue): void {
    this.#function.allow(
      ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility', 'sqs:GetQueueAttributes'],
      queue.messages.queueArn,
    );
    this.#function.allow(['sqs:SendMessage'], queue.deadLetters.queueArn);
  }
}

function hearsOneOf(event: string, emits: readonly string[]): boolean {
  return event === everyOwnEvent ? emits.length > 0 : emits.includes(eventAddress(event).detailType);
}

function patternOf(interest: Interest, bucketName: string | undefined): EventPattern {
  const detail = interest.event.startsWith('aws.s3/') ? inBucket(interest, bucketName) : interest.detail;
  return { ...addressPattern(interest.event), ...(detail === undefined ? {} : { detail }) };
}

function addressPattern(event: string): Omit<EventPattern, 'detail'> {
  if (event === everyOwnEvent) return { source: [{ prefix: everyOwnEvent.slice(0, -1) }] };
  const { source, detailType } = eventAddress(event);
  return { source: [source], 'detail-type': [detailType] };
}

/** Other buckets may tell the same bus of their objects one day. */
function inBucket(interest: Interest, bucketName: string | undefined): EventPattern['detail'] {
  if (bucketName === undefined) {
    throw new SettingsError(`"${interest.event}" is about one bucket: give the Subscription its bucketName.`);
  }
  return { ...interest.detail, bucket: { name: [bucketName] } };
}

function known(
  consumer: string,
  environment: Readonly<Record<string, string>>,
  settings: readonly string[],
): Readonly<Record<string, string>> {
  for (const name of Object.keys(environment)) {
    if (settings.includes(name)) continue;
    throw new SettingsError(
      `overrides for ${consumer}.environment name ${name}; ${consumer} has ${settings.join(', ') || 'no settings'}.`,
    );
  }
  return environment;
}
