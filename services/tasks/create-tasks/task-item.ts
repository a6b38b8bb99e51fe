import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { NewTask } from './insert-tasks.ts';

/** A task as DynamoDB keeps it. `now`: ISO 8601. */
export function taskItem(
  { list, id, taskFileId, line, task }: NewTask,
  now: string,
): Record<string, AttributeValue> {
  const time = { S: now };
  const item: Record<string, AttributeValue> = {
    list: { S: list },
    id: { S: id },
    title: { S: task.title },
    isComplete: { BOOL: task.isComplete },
    createdAt: time,
    updatedAt: time,
    taskFileId: { S: taskFileId },
    line: { N: `${line}` },
  };
  if (task.detail !== undefined) item.detail = { S: task.detail };
  if (task.dueAt !== undefined) item.dueAt = { S: task.dueAt };
  return item;
}
