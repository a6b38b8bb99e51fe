import { DynamoDBClient, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { parse } from 'csv-parse/sync';

const s3 = new S3Client();
const sqs = new SQSClient();
const dynamodb = new DynamoDBClient();
const events = new EventBridgeClient();
const { FILES_TABLE, ROWS_QUEUE_URL } = process.env;

/** One message for each row of an uploaded file. The id of the file is its object's key. */
export async function handler({ Records }: SQSEvent): Promise<SQSBatchResponse> {
  for (const record of Records) {
    const { bucket, object } = JSON.parse(record.body).detail;
    await readFile(bucket.name, object.key);
  }
  return { batchItemFailures: [] };
}

async function readFile(bucket: string, key: string): Promise<void> {
  const object = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  const text = (await object.Body?.transformToString()) ?? '';
  const rows: Record<string, string>[] = parse(text, {
    columns: true,
    bom: true,
    skipEmptyLines: true,
    relaxColumnCount: true,
  });
  await dynamodb.send(
    new PutItemCommand({
      TableName: FILES_TABLE,
      Item: {
        id: { S: key },
        status: { S: 'NEW' },
        recordCount: { N: String(rows.length) },
        processedCount: { N: '0' },
        createdAt: { S: new Date().toISOString() },
      },
    }),
  );
  if (rows.length === 0) {
    await publishFinished(key);
    return;
  }
  await dynamodb.send(
    new UpdateItemCommand({
      TableName: FILES_TABLE,
      Key: { id: { S: key } },
      UpdateExpression: 'SET #status = :status',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ':status': { S: 'IN_PROGRESS' } },
    }),
  );
  // All at once would hold a request for every row in memory.
  for (let start = 0; start < rows.length; start += 500) {
    const batch = rows.slice(start, start + 500);
    await Promise.all(batch.map((row, index) => sendRow({ fileId: key, line: start + index + 2, row })));
  }
  console.log(JSON.stringify({ message: 'file read', fileId: key, rows: rows.length }));
}

async function sendRow(message: {
  fileId: string;
  line: number;
  row: Record<string, string>;
}): Promise<void> {
  await sqs.send(new SendMessageCommand({ QueueUrl: ROWS_QUEUE_URL, MessageBody: JSON.stringify(message) }));
}

async function publishFinished(fileId: string): Promise<void> {
  const Detail = JSON.stringify({ fileId });
  await events.send(
    new PutEventsCommand({ Entries: [{ Source: 'naive.tasks', DetailType: 'TaskFileFinished', Detail }] }),
  );
}
