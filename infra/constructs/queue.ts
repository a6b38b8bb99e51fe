import { Duration } from 'aws-cdk-lib';
import { QueueEncryption, Queue as SqsQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { deadLetterQueue, letRulesSend } from './dead-letter-queue.ts';

export interface QueueProps {
  readonly name: string;
  readonly deadLettersName: string;
  /** How long a received message stays hidden. */
  readonly visibilitySeconds: number;
  /** How long a message waits before its first receive. */
  readonly delaySeconds: number;
  /** Receives before SQS moves a message to the dead-letter queue. */
  readonly maxReceives: number;
  /** The rules that may send here, and their undeliverable events to the dead-letter queue. */
  readonly ruleArns: readonly string[];
}

/** A consumer's queue and its one dead-letter queue. */
export class Queue extends Construct {
  readonly messages: SqsQueue;
  readonly deadLetters: SqsQueue;

  constructor(scope: Construct, id: string, props: QueueProps) {
    super(scope, id);
    this.deadLetters = deadLetterQueue(this, 'DeadLetters', props.deadLettersName);
    this.messages = new SqsQueue(this, 'Messages', {
      queueName: props.name,
      visibilityTimeout: Duration.seconds(props.visibilitySeconds),
      ...(props.delaySeconds > 0 ? { deliveryDelay: Duration.seconds(props.delaySeconds) } : {}),
      // A moved message keeps its age, so this is shorter than the dead-letter queue's 14 days.
      retentionPeriod: Duration.days(7),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: props.maxReceives },
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
    });
    letRulesSend(this.messages, props.ruleArns);
    letRulesSend(this.deadLetters, props.ruleArns);
  }
}
