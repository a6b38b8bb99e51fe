import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';

const dynamodb = new DynamoDBClient();

/** Sets a file to COMPLETED when its last row has been counted. */
export async function handler({ Records }: SQSEvent): Promise<SQSBatchResponse> {
  for (const record of Records) {
    const { fileId } = JSON.parse(record.body).detail;
    await dynamodb.send(
      new UpdateItemCommand({
        TableName: process.env.FILES_TABLE,
        Key: { id: { S: fileId } },
        UpdateExpression: 'SET #status = :status, completedAt = :now',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: {
          ':status': { S: 'COMPLETED' },
          ':now': { S: new Date().toISOString() },
        },
      }),
    );
  }
  return { batchItemFailures: [] };
}
