import { type InsertOptions, type InsertOutcome, insertItems } from '../../runtime/insert-items.ts';
import type { TaskInput } from '../task.ts';
import { taskItem } from './task-item.ts';

/** A task to be written under its key. */
export interface NewTask {
  readonly list: string;
  readonly id: string;
  readonly taskFileId: string;
  readonly line: number;
  readonly task: TaskInput;
}

/** Writes tasks where none stands under the key. Answers in the order given. */
export function insertTasks(
  tasks: readonly NewTask[],
  { now, ...options }: InsertOptions & { readonly now: Date },
): Promise<readonly InsertOutcome[]> {
  const time = now.toISOString();
  return insertItems(
    tasks.map((task) => taskItem(task, time)),
    options,
  );
}
