import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { taskContent } from '../task-content.ts';
import type { NewTask } from './insert-tasks.ts';

/** A task as DynamoDB keeps it. `now`: ISO 8601. */
export function taskItem(
  { list, id, taskFileId, line, task }: NewTask,
  now: string,
): Record<string, AttributeValue> {
  const time = { S: now };
  return {
    list: { S: list },
    id: { S: id },
    createdAt: time,
    updatedAt: time,
    taskFileId: { S: taskFileId },
    line: { N: `${line}` },
    ...taskContent(task),
  };
}
