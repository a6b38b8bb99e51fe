import { mkdirSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/**
 * Puts the AWS SDK where code below `folder` finds it without bringing it along, as Lambda's Node runtime does. Of its clients there
 * are those that are installed here: DynamoDB, EventBridge, S3 and SQS.
 */
export function linkRuntimeSdk(folder: string): void {
  const client = createRequire(import.meta.url).resolve('@aws-sdk/client-sqs/package.json');
  const modules = path.join(folder, 'node_modules');
  mkdirSync(modules);
  symlinkSync(path.resolve(client, '../..'), path.join(modules, '@aws-sdk'), 'dir');
}
