import {
  CreateTableCommand,
  DynamoDBClient,
  type KeySchemaElement,
  paginateScan,
} from '@aws-sdk/client-dynamodb';
import type { DataOf, Envelope, EventOf, OwnEventType } from '../../../services/runtime/event.ts';
import { createFanIn } from '../../../services/runtime/fan-in.ts';
import { createLog } from '../../../services/runtime/log.ts';
import { createMetadata } from '../../../services/runtime/metadata.ts';
import type { Outcome } from '../../../services/runtime/outcome.ts';
import { createCompleter } from '../../../services/tasks/complete-task-file/complete-task-file.ts';
import { createCreator } from '../../../services/tasks/create-tasks/create-tasks.ts';
import { insertTasks } from '../../../services/tasks/create-tasks/insert-tasks.ts';
import { filesByOwner } from '../../../services/tasks/files-by-owner.ts';
import { createReader } from '../../../services/tasks/read-task-file/read-task-file.ts';
import { UnreadableFileError } from '../../../services/tasks/read-task-file/unreadable-file-error.ts';
import { createRejects } from '../../../services/tasks/rejects.ts';
import { createTaskFiles } from '../../../services/tasks/task-files.ts';
import { startLocalAws } from '../../../tools/local/start-local-aws.ts';

const MAX_RECEIVES = 5;
const TASKS = 'tasks';
const TASK_FILES = 'task-files';

interface Message {
  readonly messageId: string;
  readonly event: Envelope;
  receives: number;
  reason?: string;
}

/** The three consumers over the engine's DynamoDB, with a queue between them that repeats and redrives as SQS does. */
export async function openTasks(options: { rowsPerPart?: number; partsPerShard?: number } = {}) {
  const aws = await startLocalAws();
  const client = new DynamoDBClient({
    endpoint: aws.endpoint,
    region: aws.region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  await createTable(TASKS, ['list', 'id']);
  await createTable(TASK_FILES, ['pk', 'sk'], filesByOwner);

  const objects = new Map<string, { content: Buffer; etag: string }>();
  const queue: Message[] = [];
  const deadLetters: Message[] = [];
  const published: Envelope[] = [];
  let uploads = 0;
  let messages = 0;
  let requests = 0;
  let crashAfter = Number.POSITIVE_INFINITY;

  // The crash comes when a request was answered, and nothing that the invocation asks for gets out afterwards.
  const countRequest = async <T>(request: () => Promise<T>): Promise<T> => {
    if (requests >= crashAfter) throw new Error('the worker is dead');
    const answer = await request();
    requests += 1;
    if (requests >= crashAfter) throw new Error('the worker died');
    return answer;
  };
  client.middlewareStack.add((next) => (args) => countRequest(() => next(args)), { step: 'initialize' });

  const publish = <Type extends OwnEventType>(
    type: Type,
    data: DataOf<Type> | readonly DataOf<Type>[],
    { causedBy }: { causedBy: Envelope },
  ) =>
    countRequest(async () => {
      const metadata = createMetadata({ producer: 'test', causedBy, nowMs: Date.now() });
      for (const item of [data].flat() as DataOf<Type>[]) {
        const detail = structuredClone({ metadata: metadata(), data: item });
        send({ ...envelope(), source: 'fanbus.tasks', 'detail-type': type, detail });
      }
    });

  const table = { client, tableName: TASK_FILES };
  const fanIn = createFanIn({ ...table, partsPerShard: options.partsPerShard });
  const files = createTaskFiles(table);
  const read = createReader({ files, fanIn, open, publish, rowsPerPart: options.rowsPerPart });
  const complete = createCompleter({ fanIn, files });
  const create = createCreator({
    fanIn,
    files,
    rejects: createRejects(table),
    insert: (tasks, hasTime) =>
      insertTasks(tasks, { client, tableName: TASKS, now: new Date(), hasTime, wait: async () => {} }),
    publish,
  });
  const log = { ...createLog('test'), debug() {}, info() {}, warn() {}, error() {} };

  function send(event: Envelope) {
    published.push(event);
    queue.push({ messageId: `m${messages++}`, event, receives: 0 });
  }

  async function open({
    key,
    etag,
    fromByte,
    maxBytes,
  }: {
    key: string;
    etag: string;
    fromByte: number;
    maxBytes?: number;
  }) {
    const object = objects.get(key);
    if (!object) throw new UnreadableFileError('the object was deleted');
    if (object.etag !== etag) throw new UnreadableFileError('the object was replaced');
    const { content } = object;
    return (async function* () {
      const bytes = content.subarray(fromByte, maxBytes === undefined ? undefined : fromByte + maxBytes);
      for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
    })();
  }

  /** Hands a batch to its consumer, and does with each message what SQS and `consume` would. */
  async function handle(batch: Message[], remainingMs: () => number) {
    for (const message of batch) message.receives += 1;
    const outcomes = await outcomesOf(batch, remainingMs).catch((error: unknown): Map<string, Outcome> => {
      const outcome: Outcome = { kind: 'retry', reason: `${error}` };
      return new Map(batch.map(({ messageId }) => [messageId, outcome]));
    });
    const isDead = requests >= crashAfter;
    if (isDead) crashAfter = Number.POSITIVE_INFINITY;
    for (const message of batch) {
      const outcome = outcomes.get(message.messageId);
      if (outcome?.kind === 'park' && !isDead) deadLetters.push({ ...message, reason: outcome.reason });
      else if (outcome?.kind !== 'done' || isDead) {
        (message.receives >= MAX_RECEIVES ? deadLetters : queue).push(message);
      }
    }
  }

  async function outcomesOf(
    batch: Message[],
    remainingMs: () => number,
  ): Promise<ReadonlyMap<string, Outcome>> {
    const [first] = batch;
    if (!first) return new Map();
    const type = first.event['detail-type'];
    if (type === 'TaskRowsRead.v1') {
      const deliveries = batch.map(({ messageId, event, receives }) => ({
        event: event as EventOf<'TaskRowsRead.v1'>,
        messageId,
        receiveCount: receives,
        isLastReceive: receives >= MAX_RECEIVES,
      }));
      return create(deliveries, { remainingMs });
    }
    const outcome =
      type === 'TaskFileCompleted.v1'
        ? await complete(first.event as EventOf<'TaskFileCompleted.v1'>, { log })
        : await read(first.event as EventOf<'Object Created'>, { remainingMs });
    return new Map([[first.messageId, outcome]]);
  }

  return {
    aws,
    client,
    deadLetters,
    published,
    types: () => Map.groupBy(published, (event) => event['detail-type']),

    /** Puts an object in the bucket and its event on the bus; returns the event. */
    upload(content: string | Buffer, key = 'task-files/ada/list.csv'): Envelope {
      const etag = `etag${uploads++}`;
      objects.set(key, { content: Buffer.from(content), etag });
      const event = {
        ...envelope(),
        source: 'aws.s3',
        'detail-type': 'Object Created',
        detail: {
          bucket: { name: 'uploads' },
          object: { key, etag, size: content.length, sequencer: `${uploads}` },
        },
      };
      send(event);
      return event;
    },
    forget: (key: string) => objects.delete(key),
    send,
    /** Puts all dead letters back, as new messages. */
    redrive() {
      for (const { event } of deadLetters.splice(0))
        queue.push({ messageId: `m${messages++}`, event, receives: 0 });
    },

    /** Handles messages until none is left. Resolves with whether the worker died. */
    async drain({
      isTwice = false,
      crashAfterRequests = Number.POSITIVE_INFINITY,
      remainingMs = () => () => 60_000,
    }: {
      /** Every message is delivered twice. */
      isTwice?: boolean;
      /** The worker dies once, when so many requests were answered from now on. */
      crashAfterRequests?: number;
      /** Makes an invocation's clock. */
      remainingMs?: () => () => number;
    } = {}) {
      crashAfter = requests + crashAfterRequests;
      const repeated = new Set<string>();
      for (let message = queue.shift(); message; message = queue.shift()) {
        const type = message.event['detail-type'];
        const batch = [message];
        while (type === 'TaskRowsRead.v1' && batch.length < 10) {
          const at = queue.findIndex(({ event }) => event['detail-type'] === type);
          if (at === -1) break;
          batch.push(...queue.splice(at, 1));
        }
        if (isTwice) {
          for (const { messageId, event } of batch.filter(({ messageId }) => !repeated.has(messageId))) {
            queue.push({ messageId: `${messageId}-again`, event, receives: 0 });
            repeated.add(messageId).add(`${messageId}-again`);
          }
        }
        await handle(batch, remainingMs());
      }
      const hasDied =
        crashAfterRequests < Number.POSITIVE_INFINITY && crashAfter === Number.POSITIVE_INFINITY;
      crashAfter = Number.POSITIVE_INFINITY;
      return hasDied;
    },

    /** All tasks, by line. */
    async tasks() {
      const found: Record<string, unknown>[] = [];
      for await (const page of paginateScan({ client }, { TableName: TASKS })) {
        for (const item of page.Items ?? []) {
          found.push({
            list: item.list?.S,
            id: item.id?.S,
            line: Number(item.line?.N),
            title: item.title?.S,
            isComplete: item.isComplete?.BOOL,
            ...(item.detail && { detail: item.detail.S }),
            ...(item.dueAt && { dueAt: item.dueAt.S }),
          });
        }
      }
      return found.sort((a, b) => Number(a.line) - Number(b.line));
    },

    /** The files' items, oldest first, without their times. */
    async files() {
      const found: Record<string, string | number | undefined>[] = [];
      for await (const page of paginateScan({ client }, { TableName: TASK_FILES })) {
        for (const item of page.Items ?? []) {
          if (item.sk?.S !== 'file') continue;
          const number = (name: string) => (item[name]?.N === undefined ? undefined : Number(item[name].N));
          found.push({
            name: item.name?.S,
            owner: item.owner?.S,
            status: item.status?.S,
            reason: item.reason?.S,
            total: number('total'),
            created: number('created'),
            rejected: number('rejected'),
            failed: number('failed'),
            rowsRead: number('rowsRead'),
            etag: item.etag?.S,
          });
        }
      }
      return found.sort((a, b) => `${a.etag}`.localeCompare(`${b.etag}`)).map(({ etag, ...file }) => file);
    },

    async rejects() {
      const found: { line: number; reason: string }[] = [];
      for await (const page of paginateScan({ client }, { TableName: TASK_FILES })) {
        for (const item of page.Items ?? []) {
          if (!item.sk?.S?.startsWith('rejects#')) continue;
          for (const { M } of item.rows?.L ?? [])
            found.push({ line: Number(M?.line?.N), reason: M?.reason?.S ?? '' });
        }
      }
      return found.sort((a, b) => a.line - b.line);
    },

    async close() {
      client.destroy();
      await aws.close();
    },
  };

  async function createTable(name: string, keys: readonly [string, string], index?: typeof filesByOwner) {
    const indexKeys = index ? ([index.partitionKey, index.sortKey] as const) : [];
    await client.send(
      new CreateTableCommand({
        TableName: name,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [...keys, ...indexKeys].map((key) => ({
          AttributeName: key,
          AttributeType: 'S',
        })),
        KeySchema: keySchema(keys),
        ...(index && {
          GlobalSecondaryIndexes: [
            {
              IndexName: index.name,
              KeySchema: keySchema(indexKeys),
              Projection: { ProjectionType: 'ALL' },
            },
          ],
        }),
      }),
    );
  }
}

function keySchema(keys: readonly string[]): KeySchemaElement[] {
  return keys.map((key, i) => ({ AttributeName: key, KeyType: i === 0 ? 'HASH' : 'RANGE' }));
}

let ids = 0;

function envelope() {
  return {
    version: '0',
    id: `event-${ids++}`,
    account: '000000000000',
    time: '2026-11-21T00:00:00Z',
    region: 'us-east-1',
    resources: [],
  };
}
