import { type AttributeValue, DynamoDBClient, GetItemCommand, paginateScan } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { createFanIn } from '../../services/runtime/fan-in.ts';
import { createTaskFileReader } from '../../tools/demo/read-task-files.ts';
import { type SystemOptions, startSystem } from '../../tools/start-system.ts';
import { sharedAssembly } from '../shared-assembly.ts';

export type TasksFlow = Awaited<ReturnType<typeof openTasksFlow>>;

/** The whole system on the local engine, and the ways a test drives it and looks at it from outside. */
export async function openTasksFlow(options: SystemOptions = {}) {
  const system = await startSystem({ ...options, assembly: sharedAssembly(options.overrides) });
  const { aws, names } = system;
  const settings = {
    endpoint: aws.endpoint,
    region: aws.region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  const s3 = new S3Client(settings);
  const dynamodb = new DynamoDBClient(settings);
  const sqs = new SQSClient(settings);
  const taskFiles = createTaskFileReader({ client: dynamodb, tableName: names.taskFilesTable });
  const fanIn = createFanIn({ client: dynamodb, tableName: names.taskFilesTable });

  // Messages that a poller has taken and not settled yet, each at work in a function.
  let atWork = 0;
  aws.observations.on('received', ({ caller, messageIds }) => {
    if (caller === 'lambda.amazonaws.com') atWork += messageIds.length;
  });
  aws.observations.on('settled', ({ done, failed }) => {
    atWork -= done.length + failed.length;
  });

  // Events that a bus took and no rule has passed on yet. Only TaskFileFailed has no rule.
  const onTheWay = new Set<string>();
  aws.observations.on('published', ({ eventId, detailType }) => {
    if (detailType !== 'TaskFileFailed.v1') onTheWay.add(eventId);
  });
  for (const kind of ['delivered', 'undeliverable'] as const) {
    aws.observations.on(kind, ({ eventId }) => {
      onTheWay.delete(eventId);
    });
  }

  const queues = () => aws.queues.list().filter(({ name }) => !name.endsWith('-dlq'));
  const depth = () =>
    queues()
      .map((queue) => queue.depth())
      .reduce((a, b) => ({
        visible: a.visible + b.visible,
        inFlight: a.inFlight + b.inFlight,
        delayed: a.delayed + b.delayed,
      }));

  return {
    ...system,
    fanIn,

    /** Puts an object under `task-files/`, and answers its key. */
    async upload(csv: string | Buffer, name = 'tasks.csv'): Promise<string> {
      const key = `task-files/ada/${name}`;
      await s3.send(new PutObjectCommand({ Bucket: names.uploadsBucket, Key: key, Body: csv }));
      return key;
    },

    /**
     * Resolves when nothing is left to do: no event is on its way, every queue is empty, no function runs. Messages that are hidden while
     * nobody works on them (a crash, a backoff) are brought back by stepping the clock past their visibility timeout.
     */
    async untilQuiet(): Promise<void> {
      while (true) {
        const settled = next();
        const { visible, inFlight, delayed } = depth();
        if (visible + inFlight + delayed + atWork + onTheWay.size === 0) return;
        if (visible + atWork + onTheWay.size === 0) aws.clock.advance(15 * 60_000);
        else await settled;
      }
    },

    /** Every task file that was uploaded under a key, with its fan-in progress. */
    async files(key: string) {
      const ids = (await scan(names.taskFilesTable)).filter(
        (item) => item.sk?.S === 'file' && item.key?.S === key,
      );
      return Promise.all(
        ids.map(async (item) => {
          const id = item.pk?.S ?? '';
          return { ...(await taskFiles.read(id)), progress: await fanIn.progress(id) };
        }),
      );
    },

    rejects: (taskFileId: string) => taskFiles.rejects(taskFileId, Number.POSITIVE_INFINITY),

    /** Titles of the tasks made from a file, by line. */
    async tasks(taskFileId: string): Promise<Map<number, string>> {
      const items = (await scan(names.tasksTable)).filter((item) => item.taskFileId?.S === taskFileId);
      const byLine = new Map(items.map((item) => [Number(item.line?.N), item.title?.S ?? '']));
      if (byLine.size !== items.length) throw new Error('two tasks were made of one line');
      return new Map([...byLine].sort(([a], [b]) => a - b));
    },

    async fileItem(taskFileId: string): Promise<Record<string, AttributeValue>> {
      const Key = { pk: { S: taskFileId }, sk: { S: 'file' } };
      const { Item } = await dynamodb.send(new GetItemCommand({ TableName: names.taskFilesTable, Key }));
      return Item ?? {};
    },

    /** Takes what is in a consumer's dead-letter queue. */
    async deadLetters(consumer: string) {
      const queue = aws.queues.list().find(({ name }) => name === `${names.consumer(consumer)}-dlq`);
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

    sqs,

    async close() {
      for (const client of [s3, dynamodb, sqs]) client.destroy();
      await system.close();
    },
  };

  async function scan(TableName: string) {
    const items: Record<string, AttributeValue>[] = [];
    for await (const page of paginateScan({ client: dynamodb }, { TableName, ConsistentRead: true })) {
      items.push(...(page.Items ?? []));
    }
    return items;
  }

  /** The next step of a message; rejects when the system stands still though work is left. */
  function next(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const steps = (['delivered', 'settled', 'dead-lettered'] as const).map((kind) =>
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
      reject(new Error(`nothing moved for 20 s, though work is left: ${JSON.stringify(depth())}`));
    }, 20_000);
    // Not every caller waits for it.
    promise.catch(() => {});
    return promise;
  }
}

/** A CSV of so many good rows: row n has the title `Task n`. */
export function plainCsv(rows: number): string {
  return `title,detail,dueAt,isComplete\n${Array.from({ length: rows }, (_, n) => `Task ${n + 1},Some words about it,2027-01-0${(n % 9) + 1}T09:00:00Z,false\n`).join('')}`;
}
