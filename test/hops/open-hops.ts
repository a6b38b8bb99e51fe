import {
  EventBridgeClient,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  type Target,
} from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import type { Envelope } from '../../services/runtime/event.ts';
import { metadataOf } from '../../services/runtime/metadata.ts';
import type { ObservationKind, ObservationOf } from '../../tools/local/observations.ts';
import type { LocalAws } from '../../tools/local/start-local-aws.ts';
import { user } from '../../tools/local/wire/callers.ts';
import type { SystemOptions } from '../../tools/start-system.ts';
import { openTasksFlow } from '../flow/open-tasks-flow.ts';

export type Hops = Awaited<ReturnType<typeof openHops>>;

/** The whole system on the local engine, with a listener of the test's own on the default bus and on ours. */
export async function openHops(options: SystemOptions = {}) {
  const flow = await openTasksFlow(options);
  const { aws, names, sqs } = flow;
  const settings = {
    endpoint: aws.endpoint,
    region: aws.region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  const s3 = new S3Client(settings);
  const events = new EventBridgeClient(settings);
  const defaultBus = await listen('default');
  const bus = await listen(names.bus);

  const queueNamed = (name: string) => {
    const queue = aws.queues.list().find((one) => one.name === name);
    if (!queue) throw new Error(`no queue ${name}`);
    return queue;
  };
  const queueOf = (consumer: string) => queueNamed(names.consumer(consumer));

  return {
    ...flow,
    s3,
    events,
    /** What the default bus said. */
    defaultBus,
    /** What our bus said. */
    bus,
    queueOf,

    /** The events on our bus that began with the upload of this key, its own first. */
    chainOf(key: string): readonly Envelope[] {
      const isUpload = (event: Envelope) => keyOf(event) === key;
      const ids = bus.events.filter(isUpload).map(({ id }) => id);
      return bus.events.filter(
        (event) => isUpload(event) || ids.includes(metadataOf(event)?.correlationId ?? ''),
      );
    },

    /** The next record of this kind; the past does not count. */
    next<Kind extends ObservationKind>(
      kind: Kind,
      predicate: (observation: ObservationOf<Kind>) => boolean = () => true,
    ) {
      const past = new Set<unknown>(aws.observations.recent());
      return aws.observations.waitFor(kind, (one) => !past.has(one) && predicate(one));
    },

    send: (consumer: string, body: string) =>
      sqs.send(new SendMessageCommand({ QueueUrl: queueOf(consumer).url, MessageBody: body })),

    /** Receives what is visible in a consumer's queue, at most this many messages, and so hides it from the poller. */
    async receive(consumer: string, max = Number.POSITIVE_INFINITY): Promise<Message[]> {
      const QueueUrl = queueOf(consumer).url;
      const received: Message[] = [];
      while (received.length < max) {
        const MaxNumberOfMessages = Math.min(10, max - received.length);
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages }),
        );
        if (Messages.length === 0) break;
        received.push(...Messages);
      }
      return received;
    },

    /** Takes everything out of a dead-letter queue: a consumer's, or that of `uploads`. */
    async takeDeadLetters(of: string): Promise<Message[]> {
      const QueueUrl = queueNamed(names.deadLetters(of)).url;
      const taken: Message[] = [];
      while (true) {
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({
            QueueUrl,
            MaxNumberOfMessages: 10,
            MessageAttributeNames: ['All'],
            MessageSystemAttributeNames: ['All'],
          }),
        );
        if (Messages.length === 0) return taken;
        for (const { ReceiptHandle } of Messages) {
          await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
        }
        taken.push(...Messages);
      }
    },

    /** Points a rule at a target that is gone; returns the way to point it back. */
    async misdirect(rule: { readonly Rule: string; readonly EventBusName: string }) {
      const { Targets = [] } = await events.send(new ListTargetsByRuleCommand(rule));
      const point = (to: (target: Target) => Target) =>
        events.send(new PutTargetsCommand({ ...rule, Targets: Targets.map(to) }));
      await point((target) => ({ ...target, Arn: `${target.Arn}-that-is-gone` }));
      return () => point((target) => target);
    },

    async close() {
      for (const client of [s3, events]) client.destroy();
      await flow.close();
    },
  };

  async function listen(EventBusName: string): Promise<Listener> {
    const name = `heard-on-${EventBusName}`;
    const path = EventBusName === 'default' ? name : `${EventBusName}/${name}`;
    const arn = `arn:aws:sqs:${aws.region}:${aws.accountId}:${name}`;
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: arn,
        Condition: {
          ArnEquals: { 'aws:SourceArn': `arn:aws:events:${aws.region}:${aws.accountId}:rule/${path}` },
        },
      },
    });
    await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: { Policy } }));
    const EventPattern = JSON.stringify({ account: [aws.accountId] });
    await events.send(new PutRuleCommand({ Name: name, EventBusName, EventPattern }));
    await events.send(
      new PutTargetsCommand({ Rule: name, EventBusName, Targets: [{ Id: 'listener', Arn: arn }] }),
    );
    return collect(aws, arn);
  }
}

export interface Listener {
  /** All events heard so far, in order. */
  readonly events: readonly Envelope[];
  /** The first event that satisfies the predicate, heard already or still to come. */
  waitFor(predicate: (event: Envelope) => boolean): Promise<Envelope>;
}

/** The S3 key that an event is about. */
export function keyOf({ detail }: Envelope): string | undefined {
  return (detail as { readonly object?: { readonly key?: string } }).object?.key;
}

/** Empties the queue as it fills, so that it never looks like work that is left. */
function collect(aws: LocalAws, queueArn: string): Listener {
  const queue = aws.queues.byArn(queueArn);
  if (!queue) throw new Error(`no queue ${queueArn}`);
  const events: Envelope[] = [];
  const waiting = new Set<() => void>();
  queue.onVisible(() => {
    for (let received = queue.receive(10, user); received.length > 0; received = queue.receive(10, user)) {
      for (const { receiptHandle } of received) queue.delete(receiptHandle);
      events.push(...received.map(({ body }) => JSON.parse(body)));
    }
    for (const look of [...waiting]) look();
  });
  return {
    events,
    waitFor(predicate) {
      const { promise, resolve, reject } = Promise.withResolvers<Envelope>();
      const timer = setTimeout(() => reject(new Error(`${queue.name} heard no such event for 20 s`)), 20_000);
      const look = () => {
        const found = events.find(predicate);
        if (!found) return;
        clearTimeout(timer);
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
      return promise;
    },
  };
}
