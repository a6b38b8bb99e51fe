import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { App, SecretValue, Stack } from 'aws-cdk-lib';
import { ApiDestination, Authorization, Connection, EventBus, Rule } from 'aws-cdk-lib/aws-events';
import {
  ApiDestination as ApiDestinationTarget,
  CloudWatchLogGroup,
  SqsQueue,
} from 'aws-cdk-lib/aws-events-targets';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type LocalAws, startLocalAws } from '../../../../tools/local/start-local-aws.ts';
import { clientSettings } from '../client-settings.ts';
import { type Endpoint, openEndpoint } from './open-endpoint.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'cdk-targets-'));
let aws: LocalAws;
let endpoint: Endpoint;
beforeAll(async () => {
  endpoint = await openEndpoint();
  aws = await startLocalAws({ logFolder: path.join(folder, 'logs') });
  await aws.deploy(synthesise());
  const client = new EventBridgeClient(clientSettings(aws));
  const entry = { Source: 'shop', DetailType: 'Sold', Detail: '{"order":"7"}', EventBusName: 'shop' };
  await client.send(new PutEventsCommand({ Entries: [entry] }));
  client.destroy();
});
afterAll(async () => {
  await aws.close();
  await endpoint[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

/** One rule with a target of each kind, written with the CDK's own constructs, policies and all. */
function synthesise(): string {
  const app = new App({ outdir: path.join(folder, 'out'), analyticsReporting: false });
  const stack = new Stack(app, 'shop');
  const eventBus = new EventBus(stack, 'Bus', { eventBusName: 'shop' });
  const rule = new Rule(stack, 'Rule', { eventBus, eventPattern: { source: ['shop'] } });
  rule.addTarget(new CloudWatchLogGroup(new LogGroup(stack, 'Log', { logGroupName: '/aws/events/shop' })));
  const connection = new Connection(stack, 'Connection', {
    authorization: Authorization.apiKey('X-Key', SecretValue.unsafePlainText('local')),
  });
  const destination = new ApiDestination(stack, 'Api', {
    connection,
    endpoint: `${endpoint.url}/orders/*`,
  });
  rule.addTarget(new ApiDestinationTarget(destination, { pathParameterValues: ['$.detail.order'] }));
  const queue = new Queue(stack, 'Queue', {
    queueName: 'shop.fifo',
    fifo: true,
    contentBasedDeduplication: true,
  });
  rule.addTarget(new SqsQueue(queue, { messageGroupId: '$.detail.order' }));
  app.synth();
  return app.outdir;
}

const delivered = (text: string) =>
  aws.observations.waitFor('delivered', ({ target }) => target.includes(text));

it('delivers to a log group, which is a file that one can tail', async () => {
  await delivered(':log-group:');
  const [line] = aws.logs.lines('/aws/events/shop');
  expect(JSON.parse(line?.message ?? '{}')).toMatchObject({ 'detail-type': 'Sold' });
  await new Promise((resolve) => setImmediate(resolve));
  const file = readFileSync(path.join(folder, 'logs/aws/events/shop.log'), 'utf8');
  expect(file).toBe(`${line?.message}\n`);
});

it('delivers to an API destination under the role of the target', async () => {
  await delivered(':api-destination/');
  expect(endpoint.requests).toMatchObject([{ path: '/orders/7', headers: { 'x-key': 'local' } }]);
});

it('delivers to a FIFO queue in the group that the event names', async () => {
  await delivered('shop.fifo');
  const [message] =
    aws.queues.byArn('arn:aws:sqs:us-east-1:000000000000:shop.fifo')?.receive(1, {
      kind: 'user',
      name: 'user',
    }) ?? [];
  expect(message?.attributes.MessageGroupId).toBe('7');
});
