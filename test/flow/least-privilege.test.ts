import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { namesOf } from '../../infra/names.ts';
import { type LocalAws, startLocalAws } from '../../tools/local/start-local-aws.ts';
import { synthesiseSystem } from '../../tools/synthesise-system.ts';
import { plainCsv } from './open-tasks-flow.ts';

let folder: string;
let aws: LocalAws;
let assembly: string;
let count = 0;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'least-privilege-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

beforeEach(async () => {
  count += 1;
  assembly = join(folder, String(count));
  cpSync((await synthesiseSystem()).assembly, assembly, { recursive: true });
  aws = await startLocalAws();
  return async () => {
    await aws.functions.pausePolling();
    await aws.close();
  };
});

/** Strikes an action out of what a stack's roles and queues allow. */
function strike(stack: string, action: string): void {
  const file = join(assembly, `${stack}.template.json`);
  const before = readFileSync(file, 'utf8');
  const isStruck = (value: unknown) => value === action || (Array.isArray(value) && value.includes(action));
  const template = JSON.parse(before, (key, value) =>
    key === 'Statement'
      ? value.flatMap((statement: { Effect: string; Action: string | string[] }) => {
          if (statement.Effect !== 'Allow' || !isStruck(statement.Action)) return [statement];
          const left = [statement.Action].flat().filter((one) => one !== action);
          return left.length === 0 ? [] : [{ ...statement, Action: left }];
        })
      : value,
  );
  expect(template).not.toEqual(JSON.parse(before));
  writeFileSync(file, JSON.stringify(template));
}

async function upload(): Promise<void> {
  const s3 = new S3Client({
    endpoint: aws.endpoint,
    region: aws.region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const { uploadsBucket } = namesOf({ stage: 'dev', accountId: aws.accountId, region: aws.region });
  await s3.send(new PutObjectCommand({ Bucket: uploadsBucket, Key: 'task-files/a.csv', Body: plainCsv(3) }));
  s3.destroy();
}

describe('without one of its statements', { timeout: 60_000 }, () => {
  it.each([
    ['read-task-file', 's3:GetObject', 'fanbus-dev-read-task-file'],
    ['read-task-file', 'events:PutEvents', 'fanbus-dev-read-task-file'],
    ['create-tasks', 'dynamodb:PartiQLInsert', 'fanbus-dev-create-tasks'],
    ['complete-task-file', 'sqs:SendMessage', 'events.amazonaws.com'],
    ['tasks-data', 'events:PutEvents', 'events.amazonaws.com'],
  ])('%s stops at %s, which %s may not', async (stack, action, caller) => {
    strike(stack, action);
    await aws.deploy(assembly);
    await upload();
    const denied = await aws.observations.waitFor('denied', undefined, { timeoutMs: 50_000 });
    expect(denied).toMatchObject({ action, caller });
    expect(denied.remedy).toContain(`"Action":"${action}"`);
  });

  it('a consumer that may not read its queue cannot be deployed', async () => {
    strike('create-tasks', 'sqs:ReceiveMessage');
    await expect(aws.deploy(assembly)).rejects.toThrow('permissions to call ReceiveMessage on SQS');
  });
});
