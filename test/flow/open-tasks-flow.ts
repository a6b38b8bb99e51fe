import { type AttributeValue, GetItemCommand, paginateQuery } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { createFanIn } from '../../services/runtime/fan-in.ts';
import { LISTS_PER_OWNER, listName } from '../../services/tasks/task-key.ts';
import type { SystemOptions } from '../../tools/start-system.ts';
import { openFlow } from './open-flow.ts';
import { createTaskFileReader } from './read-task-files.ts';

export type TasksFlow = Awaited<ReturnType<typeof openTasksFlow>>;

/** The whole system, and the ways a test uploads files and looks at what became of them. */
export async function openTasksFlow(options: SystemOptions = {}) {
  const flow = await openFlow(options);
  const { dynamodb, names, s3, scan } = flow;
  const taskFiles = createTaskFileReader({ client: dynamodb, tableName: names.taskFilesTable });
  const fanIn = createFanIn({ client: dynamodb, tableName: names.taskFilesTable });

  return {
    ...flow,
    fanIn,

    /** Puts an object of an owner under `task-files/`, and answers its key. */
    async upload(csv: string | Buffer, name = 'tasks.csv', owner = 'ada'): Promise<string> {
      const key = `task-files/${owner}/${name}`;
      await s3.send(new PutObjectCommand({ Bucket: names.uploadsBucket, Key: key, Body: csv }));
      return key;
    },

    /** Every task file that was uploaded under a key, with its fan-in progress. */
    async files(key: string) {
      const ids = await scan(names.taskFilesTable, { sk: { S: 'file' }, key: { S: key } });
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
      const { owner } = await fileItem(taskFileId);
      const lists = Array.from({ length: LISTS_PER_OWNER }, (_, n) => listName(owner?.S ?? '', n));
      const items = (await Promise.all(lists.map((list) => tasksIn(list, taskFileId)))).flat();
      const byLine = new Map(items.map((item) => [Number(item.line?.N), item.title?.S ?? '']));
      if (byLine.size !== items.length) throw new Error('two tasks were made of one line');
      return new Map([...byLine].sort(([a], [b]) => a - b));
    },

    fileItem,
  };

  async function fileItem(taskFileId: string): Promise<Record<string, AttributeValue>> {
    const Key = { pk: { S: taskFileId }, sk: { S: 'file' } };
    const { Item } = await dynamodb.send(new GetItemCommand({ TableName: names.taskFilesTable, Key }));
    return Item ?? {};
  }

  /** Of one file: a list has those of all its owner's files. */
  async function tasksIn(list: string, taskFileId: string): Promise<Record<string, AttributeValue>[]> {
    const items: Record<string, AttributeValue>[] = [];
    const asked = {
      TableName: names.tasksTable,
      KeyConditionExpression: '#list = :list',
      ExpressionAttributeNames: { '#list': 'list' },
      FilterExpression: 'taskFileId = :file',
      ExpressionAttributeValues: { ':list': { S: list }, ':file': { S: taskFileId } },
      ConsistentRead: true,
    };
    for await (const { Items = [] } of paginateQuery({ client: dynamodb }, asked)) items.push(...Items);
    return items;
  }
}

/** A CSV of so many good rows: row n has the title `Task n`. */
export function plainCsv(rows: number): string {
  return `title,detail,dueAt,isComplete\n${Array.from({ length: rows }, (_, n) => `Task ${n + 1},Some words about it,2027-01-0${(n % 9) + 1}T09:00:00Z,false\n`).join('')}`;
}
