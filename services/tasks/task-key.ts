import { nameUuid } from '../runtime/name-uuid.ts';

/** Over how many lists one owner's tasks are spread, so that no list is hot. */
const LISTS_PER_OWNER = 16;

/** Where the task of one row of a file stands in the table: the same at every reading. */
export function taskKey({ taskFileId, line, owner }: { taskFileId: string; line: number; owner: string }) {
  const id = nameUuid(`fanbus.tasks/${taskFileId}:${line}`);
  const list = Number.parseInt(id.slice(0, 2), 16) % LISTS_PER_OWNER;
  return { list: `${owner}#${String(list).padStart(2, '0')}`, id };
}
