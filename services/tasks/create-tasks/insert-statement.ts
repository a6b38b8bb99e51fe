import type { AttributeValue, BatchStatementRequest } from '@aws-sdk/client-dynamodb';
import type { NewTask } from './insert-tasks.ts';

/**
 * The PartiQL statement that writes one task, unless one stands under its key. Its text is the same for all tasks with the
 * same attributes, which is what DynamoDB can cache.
 */
export function insertStatement({
  tableName,
  task: { list, id, taskFileId, line, task },
  now,
}: {
  readonly tableName: string;
  readonly task: NewTask;
  /** ISO 8601. */
  readonly now: string;
}): BatchStatementRequest {
  const time = { S: now };
  const attributes: [string, AttributeValue][] = [
    ['list', { S: list }],
    ['id', { S: id }],
    ['title', { S: task.title }],
    ['isComplete', { BOOL: task.isComplete }],
    ['createdAt', time],
    ['updatedAt', time],
    ['taskFileId', { S: taskFileId }],
    ['line', { N: `${line}` }],
  ];
  if (task.detail !== undefined) attributes.push(['detail', { S: task.detail }]);
  if (task.dueAt !== undefined) attributes.push(['dueAt', { S: task.dueAt }]);
  return {
    Statement: `INSERT INTO "${tableName}" VALUE {${attributes.map(([name]) => `'${name}': ?`).join(', ')}}`,
    Parameters: attributes.map(([, value]) => value),
  };
}
