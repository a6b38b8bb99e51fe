import type { SQSBatchResponse } from 'aws-lambda';
import { subscription } from './subscription.ts';

export async function handler(): Promise<SQSBatchResponse> {
  throw new Error(`${subscription.name} is not wired yet`);
}
