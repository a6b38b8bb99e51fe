import type { Task } from '../../../generated/http/tasks.ts';
import type { DataOf } from '../../runtime/event.ts';
import { namesEtag } from '../../runtime/http/etag.ts';
import { nameUuid } from '../../runtime/name-uuid.ts';
import type { TaskInput } from '../task.ts';
import type { taskEvents } from './task-events.ts';
import type { KeptTask, TaskTable } from './task-table.ts';

export interface TaskChangesOptions {
  readonly tasks: TaskTable;
  readonly publish: <Type extends TaskEvent>(
    type: Type,
    data: DataOf<Type>,
    options: { readonly eventIds: readonly string[] },
  ) => Promise<unknown>;
}

type TaskEvent = (typeof taskEvents)[number];

/** Why a task was not changed. `unknown`: there is none. `changed`: If-Match names another version. `contended`: others kept changing it. */
export type Refused = 'unknown' | 'changed' | 'contended';

export interface TaskAddress {
  readonly owner: string;
  readonly id: string;
  readonly ifMatch: string | undefined;
}

export type TaskChanges = ReturnType<typeof createTaskChanges>;

/**
 * Changes tasks and says so. The order is what survives a crash: *write that it is changed and unsaid, publish, note that it was
 * said*. Whoever changes a task says first what is unsaid of it, under the same event id, so nothing that was done to it stays
 * unsaid once it is touched again, and events of one task come in order but for repeats.
 *
 * | a process dies after | and is put right by |
 * |---|---|
 * | writing a new task | the request again under its Idempotency-Key: it finds its own; or the next change of the task |
 * | writing an update | the request again: the task says already what it asks for, even if If-Match names the version before; or the next change |
 * | marking a task as deleted | the request again: the mark is there, though no reader sees the task |
 * | publishing, before that is noted | the same: said twice, with the same event id |
 * | noting it, before the answer | the request again: a new task and an update find their own; a deletion finds nothing, 404 |
 */
export function createTaskChanges({ tasks, publish }: TaskChangesOptions) {
  return {
    /** Creates a task under an id that a repeat of the request has too. */
    async create(
      place: { readonly owner: string; readonly id: string },
      input: TaskInput,
    ): Promise<KeptTask> {
      const kept = await tasks.insert(place, input);
      await say(kept);
      return kept;
    },

    /** Replaces what a task says; one that says so already stays as it is. */
    async replace(address: TaskAddress, input: TaskInput): Promise<KeptTask | Refused> {
      return attempt(address, async (kept) => {
        if (kept.unsaid === 'deleted') return 'unknown';
        const isSame = says(kept.task, input);
        const isOwn = isSame && names(address, kept.version - 1);
        if (!isOwn && !names(address, kept.version)) return 'changed';
        if (isSame) return kept;
        return tasks.replace(kept, input);
      });
    },

    /** Deletes a task. */
    async remove(address: TaskAddress): Promise<KeptTask | Refused> {
      return attempt(address, async (kept) => {
        if (kept.unsaid === 'deleted') return kept;
        return names(address, kept.version) ? tasks.remove(kept) : 'changed';
      });
    },
  };

  /** Reads a task and changes it, again when another change came in between. */
  async function attempt(
    address: TaskAddress,
    change: (kept: KeptTask) => Promise<KeptTask | Refused | undefined>,
  ): Promise<KeptTask | Refused> {
    for (let n = 0; n < ATTEMPTS; n += 1) {
      const kept = await tasks.get(address);
      if (!kept) return 'unknown';
      await say(kept);
      const changed = await change(kept);
      if (changed === undefined) continue;
      if (typeof changed === 'object' && changed !== kept) await say(changed);
      return changed;
    }
    return 'contended';
  }

  async function say(kept: KeptTask): Promise<void> {
    const { task, version, unsaid, old } = kept;
    const options = { eventIds: [nameUuid(`fanbus.tasks/${task.owner}/${task.id}@${version}`)] };
    if (unsaid === undefined) return;
    if (unsaid === 'created') await publish('TaskCreated.v1', { task, version }, options);
    else if (unsaid === 'deleted') await publish('TaskDeleted.v1', { task, version }, options);
    else await publish('TaskUpdated.v1', { old: old ?? task, new: task, version }, options);
    await tasks.settle(kept);
  }
}

const ATTEMPTS = 3;

/** A version as an ETag. */
export function etagOfVersion(version: number): string {
  return `"${version}"`;
}

function names({ ifMatch }: TaskAddress, version: number): boolean {
  return ifMatch === undefined || namesEtag(ifMatch, etagOfVersion(version));
}

function says(task: Task, { title, detail, dueAt, isComplete }: TaskInput): boolean {
  return (
    task.title === title && task.detail === detail && task.dueAt === dueAt && task.isComplete === isComplete
  );
}
