import { nameUuid } from '../runtime/name-uuid.ts';

/** Over how many lists one owner's tasks are spread, so that no list is hot. */
export const LISTS_PER_OWNER = 16;

/** Where the task of one row of a file stands in the table: the same at every reading. */
export function taskKey({ taskFileId, line, owner }: { taskFileId: string; line: number; owner: string }) {
  return placeTask({ owner, id: nameUuid(`fanbus.tasks/${taskFileId}:${line}`) });
}

/** Where a task stands in the table. `id`: a UUID. */
export function placeTask({ owner, id }: { owner: string; id: string }) {
  return { list: listName(owner, Number.parseInt(id.slice(0, 2), 16) % LISTS_PER_OWNER), id };
}

/** One owner's nth list, from 0. */
export function listName(owner: string, n: number): string {
  return `${owner}#${String(n).padStart(2, '0')}`;
}
