import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { TaskInput } from './task.ts';

/** What a task says, as DynamoDB keeps it. */
export function taskContent({ title, isComplete, detail, dueAt }: TaskInput): Record<string, AttributeValue> {
  return {
    title: { S: title },
    isComplete: { BOOL: isComplete },
    ...(detail !== undefined && { detail: { S: detail } }),
    ...(dueAt !== undefined && { dueAt: { S: dueAt } }),
  };
}
