import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import {
  CreateArchiveCommand,
  CreateEventBusCommand,
  EventBridgeClient,
  ListRulesCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { eventFolder } from '../../../services/analytics/record-analytics/event-folder.ts';
import { eventLine } from '../../../services/analytics/record-analytics/event-line.ts';
import type { EventOf } from '../../../services/runtime/event.ts';
import { uuidv7 } from '../../../services/runtime/uuidv7.ts';
import { startLocalAws } from '../../../tools/local/start-local-aws.ts';
import { openTarget } from '../../../tools/target/open-target.ts';

export type Replays = Awaited<ReturnType<typeof openReplays>>;

/** A bus with an archive, and consumers that nobody empties: what they were sent stays in their queues. */
export async function openReplays() {
  const aws = await startLocalAws();
  const target = await openTarget({ endpoint: aws.endpoint }, {});
  const { names, settings } = target;
  const events = new EventBridgeClient(settings);
  const sqs = new SQSClient(settings);
  const s3 = new S3Client(settings);
  const inRegion = `${aws.region}:${aws.accountId}`;
  const EventSourceArn = `arn:aws:events:${inRegion}:event-bus/${names.bus}`;
  const EventBusName = names.bus;
  await events.send(new CreateEventBusCommand({ Name: names.bus }));
  await events.send(
    new CreateArchiveCommand({ ArchiveName: names.archive, EventSourceArn, RetentionDays: 7 }),
  );
  await s3.send(new CreateBucketCommand({ Bucket: names.analyticsBucket }));
  for (const [consumer, source, type] of [
    ['label-item', 'fanbus.items', 'ItemReceived.v1'],
    ['store-item', 'fanbus.items', 'ItemReceived.v1'],
    ['complete-task-file', 'fanbus.tasks', 'TaskFileCompleted.v1'],
    ['read-task-file', 'aws.s3', 'Object Created'],
  ] as const) {
    const Name = names.rule(consumer, 1);
    const Policy = JSON.stringify({
      Statement: {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: '*',
      },
    });
    await sqs.send(new CreateQueueCommand({ QueueName: names.consumer(consumer), Attributes: { Policy } }));
    const EventPattern = JSON.stringify({ source: [source], 'detail-type': [type] });
    await events.send(new PutRuleCommand({ Name, EventBusName, EventPattern }));
    const Targets = [{ Id: 'queue', Arn: `arn:aws:sqs:${inRegion}:${names.consumer(consumer)}` }];
    await events.send(new PutTargetsCommand({ Rule: Name, EventBusName, Targets }));
  }

  const depth = (name: string) => {
    const found = aws.queues.list().find((queue) => queue.name === name);
    if (!found) throw new Error(`no queue ${name}`);
    const { delayed, inFlight, visible } = found.depth();
    return visible + inFlight + delayed;
  };

  return {
    aws,
    target,
    events,
    sqs,

    /** Puts events on the bus and on record, and resolves when every rule that matches has passed them on. */
    async publish(published: readonly EventOf<'OwnEvent'>[]): Promise<void> {
      const waiting = new Set<string>();
      let isSent = false;
      const passedOn = Promise.withResolvers<void>();
      const stops = (['delivered', 'unheard'] as const).map((kind) =>
        aws.observations.on(kind, ({ eventId }) => {
          waiting.delete(eventId);
          if (isSent && waiting.size === 0) passedOn.resolve();
        }),
      );
      const stop = aws.observations.on('published', ({ eventId }) => waiting.add(eventId));
      for (let n = 0; n < published.length; n += 10) {
        const Entries = published.slice(n, n + 10).map(({ detail, 'detail-type': DetailType, source }) => ({
          EventBusName,
          Source: source,
          DetailType,
          Detail: JSON.stringify(detail),
        }));
        await events.send(new PutEventsCommand({ Entries }));
      }
      isSent = true;
      if (waiting.size > 0) await passedOn.promise;
      for (const end of [stop, ...stops]) end();
      await record(published);
    },

    record,

    /** How many messages a consumer has. */
    received: (consumer: string) => depth(names.consumer(consumer)),
    /** Takes all that the consumers have. */
    empty() {
      for (const queue of aws.queues.list()) {
        while (queue.depth().visible > 0) {
          for (const { receiptHandle } of queue.receive(10, { kind: 'user', name: 'user' }))
            queue.delete(receiptHandle);
        }
      }
    },

    /** Names of temporary rules and queues that are there. */
    async leftovers(): Promise<readonly string[]> {
      const { Rules = [] } = await events.send(
        new ListRulesCommand({ EventBusName, NamePrefix: 'fanbus-temporary-' }),
      );
      const queues = aws.queues.list().filter(({ name }) => name.startsWith('fanbus-temporary-'));
      return [...Rules.map(({ Name = '' }) => Name), ...queues.map(({ name }) => name)];
    },

    async close() {
      for (const client of [events, sqs, s3]) client.destroy();
      await aws.close();
    },
  };

  /** Writes events to the analytics record as record-analytics does. */
  async function record(published: readonly EventOf<'OwnEvent'>[]): Promise<void> {
    for (const [folder, group] of Map.groupBy(published, (event) => eventFolder(event))) {
      const Key = `${folder}${randomUUID()}.ndjson.gz`;
      const Body = gzipSync(group.map(eventLine).join(''));
      await s3.send(new PutObjectCommand({ Bucket: names.analyticsBucket, Key, Body }));
    }
  }
}

/** An event of ours that happens at a moment. @default now */
export function happening(
  type: string,
  data: object,
  metadata: Partial<EventOf<'OwnEvent'>['detail']['metadata']> = {},
  now = Date.now(),
): EventOf<'OwnEvent'> {
  const eventId = uuidv7(now);
  const [source = '', detailType = ''] = type.split('/');
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': detailType,
    source,
    account: '000000000000',
    time: `${new Date(now).toISOString().slice(0, 19)}Z`,
    region: 'us-east-1',
    resources: [],
    detail: {
      metadata: {
        eventId,
        correlationId: eventId,
        occurredAt: new Date(now).toISOString(),
        producer: 'test',
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
        ...metadata,
      },
      data,
    },
  };
}

export function item(n: number, now?: number): EventOf<'OwnEvent'> {
  return happening(
    'fanbus.items/ItemReceived.v1',
    { owner: 'ada', id: `item-${n}`, content: { n } },
    {},
    now,
  );
}
