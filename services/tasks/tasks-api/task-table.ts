import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Task } from '../../../generated/http/tasks.ts';
import { type Clock, systemClock } from '../../runtime/clock.ts';
import type { TaskInput } from '../task.ts';
import { taskContent } from '../task-content.ts';
import { LISTS_PER_OWNER, listName, placeTask } from '../task-key.ts';

/** A task as it stands in the table. */
export interface KeptTask {
  readonly task: Task;
  /** Counts its changes, from 1. */
  readonly version: number;
  /** What was done to it last, until that is on the bus. Of one that is `deleted` nothing else is left to be seen. */
  readonly unsaid?: Change;
  /** What it was before, while it is unsaid that it was updated. */
  readonly old?: Task;
}

export type Change = 'created' | 'updated' | 'deleted';

/** Where a page ends: in an owner's nth list, after the task of this id; before its first one where there is none. */
export interface ListPlace {
  readonly list: number;
  readonly after?: string;
}

export interface PageOptions {
  readonly owner: string;
  readonly isComplete?: boolean;
  readonly limit: number;
  /** @default at the beginning */
  readonly from?: ListPlace;
}

export type TaskTable = ReturnType<typeof createTaskTable>;

/**
 * The tasks of owners, each in sixteen lists. Every change is one conditional write that also notes that it is `unsaid`, so
 * that a change and the duty to say it are never apart.
 */
export function createTaskTable({
  client,
  tableName,
  clock = systemClock,
}: {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** @default the system's */
  readonly clock?: Clock;
}) {
  const keyOf = (place: { readonly owner: string; readonly id: string }): Item => {
    const { list, id } = placeTask(place);
    return { list: { S: list }, id: { S: id } };
  };
  const now = () => ({ S: new Date(clock.now()).toISOString() });

  /** Changes a task that is still the version given: undefined when it is not. */
  async function change(
    { task, version }: KeptTask,
    {
      unsaid,
      set = {},
      remove = [],
    }: { readonly unsaid: Change; readonly set?: Item; readonly remove?: readonly string[] },
  ): Promise<KeptTask | undefined> {
    const values: Item = { ...set, unsaid: { S: unsaid }, version: { N: `${version + 1}` } };
    const names = Object.keys(values);
    const removing = remove.length > 0 ? ` REMOVE ${remove.map((name) => `#${name}`).join(', ')}` : '';
    return whereItHolds(async () => {
      const { Attributes } = await client.send(
        new UpdateItemCommand({
          TableName: tableName,
          Key: keyOf(task),
          UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}${removing}`,
          ConditionExpression: sameVersion(version),
          ExpressionAttributeNames: namesFor([...names, ...remove, 'id']),
          ExpressionAttributeValues: {
            ...Object.fromEntries(Object.entries(values).map(([name, value]) => [`:${name}`, value])),
            ':is': { N: `${version}` },
          },
          ReturnValues: 'ALL_NEW',
        }),
      );
      return Attributes && toKept(Attributes);
    });
  }

  return {
    /** Writes a task, unless one of this id is there. Answers the one that is there then. */
    async insert(
      place: { readonly owner: string; readonly id: string },
      input: TaskInput,
    ): Promise<KeptTask> {
      const time = now();
      const item: Item = {
        ...keyOf(place),
        ...taskContent(input),
        createdAt: time,
        updatedAt: time,
        version: { N: '1' },
        unsaid: { S: 'created' satisfies Change },
      };
      try {
        await client.send(
          new PutItemCommand({
            TableName: tableName,
            Item: item,
            ConditionExpression: 'attribute_not_exists(id)',
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        );
        return toKept(item);
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException) || !error.Item) throw error;
        return toKept(error.Item);
      }
    },

    /** A task as it is now; undefined when there is none. */
    async get(place: { readonly owner: string; readonly id: string }): Promise<KeptTask | undefined> {
      const { Item } = await client.send(
        new GetItemCommand({ TableName: tableName, Key: keyOf(place), ConsistentRead: true }),
      );
      return Item && toKept(Item);
    },

    /** Replaces what a task says. Undefined when it is no more the version given. */
    replace(kept: KeptTask, input: TaskInput): Promise<KeptTask | undefined> {
      const set = taskContent(input);
      return change(kept, {
        unsaid: 'updated',
        set: {
          ...set,
          updatedAt: now(),
          old: { M: { ...taskContent(kept.task), updatedAt: { S: kept.task.updatedAt } } },
        },
        remove: ['detail', 'dueAt'].filter((name) => !(name in set)),
      });
    },

    /** Makes a task one that is gone but for what is unsaid. Undefined when it is no more the version given. */
    remove(kept: KeptTask): Promise<KeptTask | undefined> {
      return change(kept, { unsaid: 'deleted' });
    },

    /** Notes that what was unsaid was said, unless the task was changed again since. */
    async settle({ task, version, unsaid }: KeptTask): Promise<void> {
      const written = {
        TableName: tableName,
        Key: keyOf(task),
        ConditionExpression: '#version = :is',
        ExpressionAttributeValues: { ':is': { N: `${version}` } },
      };
      await whereItHolds(() =>
        unsaid === 'deleted'
          ? client.send(
              new DeleteItemCommand({ ...written, ExpressionAttributeNames: namesFor(['version']) }),
            )
          : client.send(
              new UpdateItemCommand({
                ...written,
                UpdateExpression: 'REMOVE #unsaid, #old',
                ExpressionAttributeNames: namesFor(['version', 'unsaid', 'old']),
              }),
            ),
      );
    },

    /**
     * Some of an owner's tasks, by list and id, and where to go on: undefined at the end. A task that is there all the while is
     * on exactly one page. One page looks at so many tasks at most: a filter may leave few of them, or none.
     */
    async page({ owner, isComplete, limit, from = { list: 0 } }: PageOptions): Promise<{
      readonly tasks: readonly Task[];
      readonly next?: ListPlace;
    }> {
      const tasks: Task[] = [];
      let { list, after } = from;
      let looked = 0;
      while (list < LISTS_PER_OWNER) {
        if (tasks.length === limit || looked >= LOOKED_AT_MOST) return { tasks, next: { list, after } };
        const wanted = limit - tasks.length;
        const {
          Items = [],
          LastEvaluatedKey,
          ScannedCount = 0,
        } = await client.send(
          new QueryCommand({
            TableName: tableName,
            ConsistentRead: true,
            KeyConditionExpression: '#list = :list',
            FilterExpression: `(attribute_not_exists(#unsaid) OR #unsaid <> :deleted)${isComplete === undefined ? '' : ' AND #isComplete = :isComplete'}`,
            ExpressionAttributeNames: namesFor([
              'list',
              'unsaid',
              ...(isComplete === undefined ? [] : ['isComplete']),
            ]),
            ExpressionAttributeValues: {
              ':list': { S: listName(owner, list) },
              ':deleted': { S: 'deleted' satisfies Change },
              ...(isComplete !== undefined && { ':isComplete': { BOOL: isComplete } }),
            },
            Limit: isComplete === undefined ? wanted : FILTERED_AT_ONCE,
            ...(after !== undefined && {
              ExclusiveStartKey: { list: { S: listName(owner, list) }, id: { S: after } },
            }),
          }),
        );
        looked += ScannedCount;
        const found = Items.slice(0, wanted).map((item) => toKept(item).task);
        tasks.push(...found);
        after = found.length < Items.length ? found.at(-1)?.id : LastEvaluatedKey?.id?.S;
        if (after === undefined) list += 1;
      }
      return { tasks };
    },
  };
}

const LOOKED_AT_MOST = 2_000;
const FILTERED_AT_ONCE = 250;

type Item = Record<string, AttributeValue>;

/** A task that came of a file has no version before it is changed. */
function sameVersion(version: number): string {
  return version === 1
    ? 'attribute_exists(#id) AND (attribute_not_exists(#version) OR #version = :is)'
    : 'attribute_exists(#id) AND #version = :is';
}

function namesFor(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [`#${name}`, name]));
}

async function whereItHolds<T>(write: () => Promise<T>): Promise<T | undefined> {
  try {
    return await write();
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}

function toKept(item: Item): KeptTask {
  const { detail: _, dueAt: __, ...lasting } = item;
  return {
    task: toTask(item),
    version: Number(item.version?.N ?? 1),
    ...(item.unsaid && { unsaid: item.unsaid.S as Change }),
    ...(item.old?.M && { old: toTask({ ...lasting, ...item.old.M }) }),
  };
}

function toTask(item: Item): Task {
  const text = (name: string) => item[name]?.S ?? '';
  const list = text('list');
  return {
    id: text('id'),
    owner: list.slice(0, list.lastIndexOf('#')),
    title: text('title'),
    ...(item.detail?.S !== undefined && { detail: item.detail.S }),
    ...(item.dueAt?.S !== undefined && { dueAt: item.dueAt.S }),
    isComplete: item.isComplete?.BOOL ?? false,
    createdAt: text('createdAt'),
    updatedAt: text('updatedAt'),
  };
}
