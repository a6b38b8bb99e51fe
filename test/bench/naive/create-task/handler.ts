import { randomUUID } from 'node:crypto';
import {
  type AttributeValue,
  DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';

const dynamodb = new DynamoDBClient();
const events = new EventBridgeClient();
const { TASKS_TABLE, FILES_TABLE } = process.env;

/** One task and one step of the file's counter for each message; a message that fails goes back alone. */
export async function handler({ Records }: SQSEvent): Promise<SQSBatchResponse> {
  const results = await Promise.allSettled(Records.map((record) => createTask(record.body)));
  const failed = Records.filter((_, index) => results[index]?.status === 'rejected');
  for (const result of results) if (result.status === 'rejected') console.error(result.reason);
  console.log(JSON.stringify({ message: 'batch done', rows: Records.length, failed: failed.length }));
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
}

async function createTask(body: string): Promise<void> {
  const { fileId, row }: { fileId: string; row: Record<string, string> } = JSON.parse(body);
  if (isValid(row)) await dynamodb.send(new PutItemCommand({ TableName: TASKS_TABLE, Item: taskItem(row) }));
  const { Attributes } = await dynamodb.send(
    new UpdateItemCommand({
      TableName: FILES_TABLE,
      Key: { id: { S: fileId } },
      UpdateExpression: 'ADD processedCount :one',
      ExpressionAttributeValues: { ':one': { N: '1' } },
      ReturnValues: 'ALL_NEW',
    }),
  );
  if (Attributes?.processedCount?.N === Attributes?.recordCount?.N) await publishFinished(fileId);
}

function isValid({ title = '', detail = '', dueAt = '', isComplete = '' }: Record<string, string>): boolean {
  if (title.length < 1 || title.length > 100 || detail.length > 1000) return false;
  if (dueAt !== '' && Number.isNaN(Date.parse(dueAt))) return false;
  return ['', 'true', 'false', '1', '0'].includes(isComplete.toLowerCase());
}

function taskItem({ title, detail, dueAt, isComplete = '' }: Record<string, string>) {
  const now = new Date().toISOString();
  const item: Record<string, AttributeValue> = {
    id: { S: randomUUID() },
    title: { S: title ?? '' },
    isComplete: { BOOL: ['true', '1'].includes(isComplete.toLowerCase()) },
    createdAt: { S: now },
    updatedAt: { S: now },
  };
  if (detail) item.detail = { S: detail };
  if (dueAt) item.dueAt = { S: dueAt };
  return item;
}

async function publishFinished(fileId: string): Promise<void> {
  const Detail = JSON.stringify({ fileId });
  await events.send(
    new PutEventsCommand({ Entries: [{ Source: 'naive.tasks', DetailType: 'TaskFileFinished', Detail }] }),
  );
}
