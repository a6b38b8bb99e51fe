import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Architecture, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Bucket, type CfnBucket } from 'aws-cdk-lib/aws-s3';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { bundle } from '../../../infra/constructs/bundle.ts';
import { subscriptionDefaults } from '../../../services/runtime/subscription.ts';

/** The names by which a measurement reaches into the naive design. */
export const naiveNames = {
  bucket: 'naive-uploads',
  files: 'naive-files',
  tasks: 'naive-tasks',
  reader: 'naive-read-file',
  completer: 'naive-complete-file',
} as const;

/**
 * The task service as it is commonly built: a message for each row, a put and a counter update for each message,
 * and a completion event from whoever counts to the end.
 */
export class NaiveStack extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id);

    const uploads = new Bucket(this, 'Uploads', {
      bucketName: naiveNames.bucket,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // The property itself, without the function that CDK would deploy to set it.
    (uploads.node.defaultChild as CfnBucket).notificationConfiguration = {
      eventBridgeConfiguration: { eventBridgeEnabled: true },
    };
    const files = this.table('Files', naiveNames.files);
    const tasks = this.table('Tasks', naiveNames.tasks);
    const defaultBus = EventBus.fromEventBusName(this, 'DefaultBus', 'default');

    const reader = this.consumer('read-file', {
      memoryMb: 1024,
      timeout: Duration.minutes(15),
      batchSize: 1,
    });
    const worker = this.consumer('create-task', {
      memoryMb: 256,
      timeout: Duration.seconds(30),
      batchSize: 10,
    });
    const completer = this.consumer('complete-file', {
      memoryMb: 256,
      timeout: Duration.seconds(30),
      batchSize: 10,
    });

    new Rule(this, 'Uploaded', {
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created'],
        detail: { bucket: { name: [uploads.bucketName] } },
      },
      targets: [new SqsQueue(reader.queue)],
    });
    new Rule(this, 'Finished', {
      eventPattern: { source: ['naive.tasks'], detailType: ['TaskFileFinished'] },
      targets: [new SqsQueue(completer.queue)],
    });

    uploads.grantRead(reader.handler);
    files.grantReadWriteData(reader.handler);
    worker.queue.grantSendMessages(reader.handler);
    defaultBus.grantPutEventsTo(reader.handler);
    reader.handler.addEnvironment('FILES_TABLE', files.tableName);
    reader.handler.addEnvironment('ROWS_QUEUE_URL', worker.queue.queueUrl);

    tasks.grantWriteData(worker.handler);
    files.grantReadWriteData(worker.handler);
    defaultBus.grantPutEventsTo(worker.handler);
    worker.handler.addEnvironment('TASKS_TABLE', tasks.tableName);
    worker.handler.addEnvironment('FILES_TABLE', files.tableName);

    files.grantReadWriteData(completer.handler);
    completer.handler.addEnvironment('FILES_TABLE', files.tableName);
  }

  private table(id: string, tableName: string): Table {
    return new Table(this, id, {
      tableName,
      partitionKey: { name: 'id', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }

  private consumer(name: string, options: { memoryMb: number; timeout: Duration; batchSize: number }) {
    const { memoryMb, timeout, batchSize } = options;
    const queue = new Queue(this, `${name}-queue`, {
      visibilityTimeout: Duration.seconds(timeout.toSeconds() * 6),
      deadLetterQueue: { queue: new Queue(this, `${name}-dlq`), maxReceiveCount: 5 },
    });
    const handler = new LambdaFunction(this, name, {
      functionName: `naive-${name}`,
      // The same bundler for both designs: what is compared is the design.
      code: bundle({ ...subscriptionDefaults, entry: new URL(`./${name}/handler.ts`, import.meta.url) }),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: memoryMb,
      timeout,
    });
    handler.addEventSource(
      new SqsEventSource(queue, { batchSize, maxConcurrency: 5, reportBatchItemFailures: true }),
    );
    return { queue, handler };
  }
}
