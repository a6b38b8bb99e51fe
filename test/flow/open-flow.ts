import { setImmediate } from 'node:timers/promises';
import { type AttributeValue, DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type SystemOptions, startSystem } from '../../tools/start-system.ts';
import { temporaryPrefix } from '../../tools/target/temporary-rule.ts';

export type Flow = Awaited<ReturnType<typeof openFlow>>;

/** The whole system on the local engine, and how a test waits for it and looks at it from outside. */
export async function openFlow(options: SystemOptions = {}) {
  // However far the clock is stepped, functions stay warm: starting them anew is what would take longest.
  const system = await startSystem({ environmentIdleMs: 30 * 24 * 3_600_000, ...options });
  const { aws, names } = system;
  const settings = {
    endpoint: aws.endpoint,
    region: aws.region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  const s3 = new S3Client(settings);
  const dynamodb = new DynamoDBClient(settings);
  const sqs = new SQSClient(settings);

  // It hears every event, says none, and waits for fuller batches: only its own test switches it on.
  const bystander = names.consumer('record-analytics');
  await aws.functions.pausePolling(arnOf(bystander));
  const isForNobody = (name: string) =>
    name === bystander || name.endsWith('-dlq') || name.startsWith(temporaryPrefix);
  const bystandersRule = names.rule('record-analytics', 1);

  // Messages that a poller has taken and not settled yet, each at work in a function.
  let atWork = 0;
  aws.observations.on('received', ({ caller, messageIds, queue }) => {
    if (caller === 'lambda.amazonaws.com' && queue !== bystander) atWork += messageIds.length;
  });
  aws.observations.on('settled', ({ done, failed, queue }) => {
    if (queue !== bystander) atWork -= done.length + failed.length;
  });

  // Of those, how many hang in a function that a fault holds up; each such function takes one message at a time.
  let hanging = 0;
  const held = new Map<string, number>();
  aws.observations.on('faulted', ({ hop, effect, subject }) => {
    if (hop !== 'function' || effect !== 'delay') return;
    hanging += 1;
    held.set(subject, (held.get(subject) ?? 0) + 1);
  });
  aws.observations.on('invoked', ({ function: name }) => {
    const count = held.get(name) ?? 0;
    if (count === 0) return;
    hanging -= 1;
    held.set(name, count - 1);
  });

  // Events that a bus took and has not compared with its rules yet, and those that a rule has not passed on yet.
  const onTheWay = new Set<string>();
  aws.observations.on('published', ({ eventId }) => onTheWay.add(eventId));
  aws.observations.on('unheard', ({ eventId }) => onTheWay.delete(eventId));
  aws.observations.on('matched', ({ eventId, rule }) => {
    onTheWay.delete(eventId);
    if (rule !== bystandersRule) onTheWay.add(`${eventId} ${rule}`);
  });
  for (const kind of ['delivered', 'undeliverable'] as const) {
    aws.observations.on(kind, ({ eventId, rule }) => {
      onTheWay.delete(`${eventId} ${rule}`);
    });
  }

  const depth = (except: readonly string[] = []) =>
    aws.queues
      .list()
      .filter(({ name }) => !isForNobody(name) && !except.includes(name))
      .map((queue) => queue.depth())
      .reduce((a, b) => ({
        visible: a.visible + b.visible,
        inFlight: a.inFlight + b.inFlight,
        delayed: a.delayed + b.delayed,
      }));

  return {
    ...system,
    dynamodb,
    s3,
    sqs,

    /**
     * Resolves when nothing is left to do: no event is on its way, every queue is empty, no function runs. Messages that are
     * hidden while nobody works on them (a crash, a hang, a backoff, a delay) are brought back by stepping the clock past
     * their time. What waits for a consumer that is switched off is not waited for.
     */
    async untilQuiet({ switchedOff = [] }: { readonly switchedOff?: readonly string[] } = {}): Promise<void> {
      const except = switchedOff.map(names.consumer);
      while (true) {
        const { visible, inFlight, delayed } = depth(except);
        if (visible + inFlight + delayed + atWork + onTheWay.size === 0) return;
        if (visible + atWork - hanging + onTheWay.size > 0) {
          await next(except);
        } else {
          aws.clock.advance(STEP_MS);
          // What became due goes on from there.
          await setImmediate();
        }
      }
    },

    pause: (consumer: string) => aws.functions.pausePolling(arnOf(names.consumer(consumer))),
    resume: (consumer: string) => aws.functions.resumePolling(arnOf(names.consumer(consumer))),

    /** Takes what is in a consumer's dead-letter queue. */
    async deadLetters(consumer: string) {
      const queue = aws.queues.list().find(({ name }) => name === names.deadLetters(consumer));
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: queue?.url,
          MaxNumberOfMessages: 10,
          MessageAttributeNames: ['All'],
          MessageSystemAttributeNames: ['All'],
        }),
      );
      return Messages;
    },

    /** Every item of a table, or those with these attributes. */
    async scan(
      TableName: string,
      wanted: Record<string, AttributeValue> = {},
    ): Promise<Record<string, AttributeValue>[]> {
      const names = Object.keys(wanted);
      const filter = names.length > 0 && {
        FilterExpression: names.map((name) => `#${name} = :${name}`).join(' AND '),
        ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
        ExpressionAttributeValues: Object.fromEntries(
          Object.entries(wanted).map(([name, value]) => [`:${name}`, value]),
        ),
      };
      const items: Record<string, AttributeValue>[] = [];
      const all = { TableName, ConsistentRead: true, ...filter };
      for await (const page of paginateScan({ client: dynamodb }, all)) {
        items.push(...(page.Items ?? []));
      }
      return items;
    },

    async close() {
      for (const client of [s3, dynamodb, sqs]) client.destroy();
      await system.close();
    },
  };

  function arnOf(name: string): string {
    const queue = aws.queues.list().find((one) => one.name === name);
    if (!queue) throw new Error(`no queue ${name}`);
    return queue.arn;
  }

  /** The next step of a message; rejects when the system stands still though work is left. */
  function next(except: readonly string[]): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const steps = (['delivered', 'settled', 'dead-lettered', 'faulted'] as const).map((kind) =>
      aws.observations.on(kind, () => {
        clearTimeout(timer);
        stop();
        resolve();
      }),
    );
    const stop = () => {
      for (const step of steps) step();
    };
    const timer = setTimeout(() => {
      stop();
      reject(new Error(`nothing moved for 20 s, though work is left: ${JSON.stringify(depth(except))}`));
    }, 20_000);
    return promise;
  }
}

/** Past a visibility timeout of six times a minute, and short enough that idle functions stay warm. */
const STEP_MS = 6 * 60_000 + 1_000;
