import type { NewTask, TasksOperations } from '../../../generated/http/tasks.ts';
import type { OperationsOf } from '../../runtime/http/create-api.ts';
import { notYours, ownerFor } from '../../runtime/http/owner-for.ts';
import { parseTime, type TaskInput } from '../task.ts';
import { readCursor, strangeCursor, writeCursor } from './cursor.ts';
import { etagOfVersion, type Refused, type TaskChanges } from './task-changes.ts';
import type { KeptTask, ListPlace, TaskTable } from './task-table.ts';

type TaskOperations = Pick<
  OperationsOf<TasksOperations>,
  'listTasks' | 'createTask' | 'getTask' | 'replaceTask' | 'deleteTask'
>;

/** The operations on single tasks and their list: the caller's own, or for an admin those of the owner that is named. */
export function createTaskOperations({
  tasks,
  changes,
}: {
  readonly tasks: TaskTable;
  readonly changes: TaskChanges;
}): TaskOperations {
  return {
    async listTasks({ query, principal }) {
      const { isComplete, limit, cursor } = query;
      const owner = ownerFor(principal, query.owner);
      if (owner === undefined) return notYours;
      const from = cursor === undefined ? undefined : readPlace(owner, cursor);
      if (cursor !== undefined && from === undefined) return strangeCursor;
      const page = await tasks.page({ owner, isComplete, limit, from });
      return {
        status: 200,
        body: { tasks: [...page.tasks], ...(page.next && { nextCursor: writePlace(owner, page.next) }) },
      };
    },

    async createTask({ body, principal, onceId }) {
      const input = readInput(body);
      if (input === undefined) return strangeTime;
      const kept = await changes.create({ owner: principal.sub, id: onceId }, input);
      return {
        status: 201,
        headers: { location: `/tasks/${kept.task.id}`, etag: etagOfVersion(kept.version) },
        body: kept.task,
      };
    },

    async getTask({ params: { id }, query, principal }) {
      const owner = ownerFor(principal, query.owner);
      if (owner === undefined) return unknown(id);
      const kept = await tasks.get({ owner, id });
      if (!kept || kept.unsaid === 'deleted') return unknown(id);
      return { status: 200, ...shown(kept) };
    },

    async replaceTask({ params: { id }, query, headers, body, principal }) {
      const owner = ownerFor(principal, query.owner);
      if (owner === undefined) return unknown(id);
      const input = readInput(body);
      if (input === undefined) return strangeTime;
      const replaced = await changes.replace({ owner, id, ifMatch: headers['if-match'] }, input);
      return typeof replaced === 'string' ? refusal(replaced, id) : { status: 200, ...shown(replaced) };
    },

    async deleteTask({ params: { id }, query, headers, principal }) {
      const owner = ownerFor(principal, query.owner);
      if (owner === undefined) return unknown(id);
      const removed = await changes.remove({ owner, id, ifMatch: headers['if-match'] });
      return typeof removed === 'string' ? refusal(removed, id) : { status: 204 };
    },
  };
}

function shown({ task, version }: KeptTask) {
  return { headers: { etag: etagOfVersion(version) }, body: task };
}

/** As a row of a file is kept: blanks around are cut off, what is blank is absent, the time is in UTC. Undefined for a day that does not exist. */
function readInput({ title, detail, dueAt, isComplete = false }: NewTask): TaskInput | undefined {
  const time = dueAt === undefined ? undefined : parseTime(dueAt);
  if (dueAt !== undefined && time === undefined) return undefined;
  const kept = detail?.toWellFormed().trim();
  return {
    title: title.toWellFormed().trim(),
    ...(kept && { detail: kept }),
    ...(time !== undefined && { dueAt: time }),
    isComplete,
  };
}

const strangeTime = {
  status: 400,
  problem: {
    detail: 'dueAt is no moment that exists',
    errors: [
      { pointer: '/body/dueAt', detail: 'must be a moment that exists, like 2026-12-01T09:00:00+01:00' },
    ],
  },
} as const;

/** `07/<id>`: in the eighth list, after that task. */
function writePlace(owner: string, { list, after = '' }: ListPlace): string {
  return writeCursor(owner, `${String(list).padStart(2, '0')}/${after}`);
}

function readPlace(owner: string, cursor: string): ListPlace | undefined {
  const [list, after] = readCursor(owner, cursor, /^(0\d|1[0-5])\/([0-9a-f-]{36})?$/) ?? [];
  return list === undefined ? undefined : { list: Number(list), after };
}

function unknown(id: string) {
  return { status: 404, problem: { detail: `you have no task ${id}` } } as const;
}

function refusal(why: Refused, id: string) {
  if (why === 'unknown') return unknown(id);
  if (why === 'changed') {
    return {
      status: 412,
      problem: { detail: 'the task is not the version that If-Match names: get it again, and decide anew' },
    } as const;
  }
  return {
    status: 409,
    problem: { detail: 'others changed the task at the same moment: try again' },
  } as const;
}
