import { join } from 'node:path';
import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { EventBus, EventField, Match, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

/** A shop's orders: priced, picked, booked and audited, each by its own rule. */
export class OrdersStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const bus = new EventBus(this, 'Bus', { eventBusName: 'orders' });
    bus.archive('Archive', {
      archiveName: 'orders',
      eventPattern: { source: ['shop'] },
      retention: Duration.days(30),
    });
    const undelivered = new Queue(this, 'Undelivered');

    const big = new Queue(this, 'Big');
    new Rule(this, 'BigOrders', {
      eventBus: bus,
      eventPattern: {
        source: ['shop'],
        detailType: ['OrderPlaced'],
        detail: { total: Match.greaterThanOrEqual(100), customer: Match.anythingBut('test') },
      },
      targets: [
        new targets.SqsQueue(big, {
          message: RuleTargetInput.fromObject({
            order: EventField.fromPath('$.detail.id'),
            text: `${EventField.fromPath('$.detail.customer')} ordered for ${EventField.fromPath('$.detail.total')}`,
            lines: EventField.fromPath('$.detail.lines'),
          }),
          deadLetterQueue: undelivered,
          retryAttempts: 3,
          maxEventAge: Duration.hours(1),
        }),
      ],
    });

    const ledger = new Queue(this, 'Ledger', {
      queueName: 'orders-ledger.fifo',
      fifo: true,
      contentBasedDeduplication: true,
    });
    const pulse = new Queue(this, 'Pulse');
    const placed = new Rule(this, 'Placed', {
      eventBus: bus,
      eventPattern: { source: ['shop'], detailType: ['OrderPlaced'] },
    });
    placed.addTarget(
      new targets.SqsQueue(ledger, {
        messageGroupId: 'ledger',
        message: RuleTargetInput.fromEventPath('$.detail'),
      }),
    );
    placed.addTarget(new targets.SqsQueue(pulse, { message: RuleTargetInput.fromObject({ beat: 1 }) }));

    const journal = new LogGroup(this, 'Journal', { logGroupName: '/aws/events/journal' });
    placed.addTarget(new targets.CloudWatchLogGroup(journal));

    const price = new LambdaFunction(this, 'Price', {
      functionName: 'orders-price',
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: Code.fromInline(
        'exports.handler = async ({ id, total }) => console.log("order", id, "costs", total, "and", total / 5, "tax");',
      ),
    });
    placed.addTarget(
      new targets.LambdaFunction(price, {
        event: RuleTargetInput.fromObject({
          id: EventField.fromPath('$.detail.id'),
          total: EventField.fromPath('$.detail.total'),
        }),
        retryAttempts: 2,
      }),
    );

    const parcels = new Queue(this, 'Parcels', { visibilityTimeout: Duration.seconds(60) });
    new Rule(this, 'Paid', {
      eventBus: bus,
      eventPattern: { detailType: Match.prefix('OrderPaid'), detail: { express: Match.exists() } },
      targets: [new targets.SqsQueue(parcels)],
    });
    const pick = new LambdaFunction(this, 'Pick', {
      functionName: 'orders-pick',
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: Code.fromAsset(join(import.meta.dirname, 'functions/pick')),
      environment: { WAREHOUSE: 'north' },
      timeout: Duration.seconds(10),
    });
    pick.addEventSource(new SqsEventSource(parcels, { batchSize: 5, reportBatchItemFailures: true }));

    const audit = new EventBus(this, 'Audit', { eventBusName: 'audit' });
    new Rule(this, 'Forward', {
      eventBus: bus,
      eventPattern: { source: Match.anythingButPrefix('internal') },
      targets: [new targets.EventBus(audit)],
    });
    const audited = new Queue(this, 'Audited');
    new Rule(this, 'Everything', {
      eventBus: audit,
      eventPattern: { account: [this.account] },
      targets: [new targets.SqsQueue(audited)],
    });

    const queues = { Audited: audited, Big: big, Ledger: ledger, Parcels: parcels, Pulse: pulse };
    for (const [name, { queueUrl }] of Object.entries(queues)) {
      new CfnOutput(this, `${name}Url`, { value: queueUrl });
    }
  }
}
