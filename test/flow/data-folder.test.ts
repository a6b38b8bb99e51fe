import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { expect, it, onTestFinished } from 'vitest';
import { openCli } from '../tools/commands/start-cli.ts';
import { openTasksFlow, plainCsv } from './open-tasks-flow.ts';

const ROWS = 3_000;

it('finishes a file exactly when the engine was killed in the middle of it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fanbus-data-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const dataDir = join(folder, 'data');
  const killed = openCli(['local', '--data', dataDir, '--quiet']);
  const [, endpoint = ''] = await killed.until(/Endpoint +(\S+)[\s\S]*Ctrl-C/);
  const [, bucket = ''] = await killed.until(/s3:\/\/([^/]+)\//);
  const key = 'task-files/ada/killed.csv';
  const settings = {
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  };

  const second = openCli(['local', '--data', dataDir]);
  expect(await second.ended).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/is in use by another engine, process \d+\. Stop that one/),
  });

  const s3 = new S3Client(settings);
  const dynamodb = new DynamoDBClient(settings);
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: plainCsv(ROWS) }));
  while (((await dynamodb.send(new ScanCommand({ TableName: 'fanbus-dev-tasks' }))).Count ?? 0) === 0);
  killed.kill('SIGKILL');
  await killed.ended;
  for (const client of [s3, dynamodb]) client.destroy();

  const flow = await openTasksFlow({ dataDir });
  onTestFinished(flow.close);
  await flow.untilQuiet();
  const [file, ...others] = await flow.files(key);
  expect(others).toEqual([]);
  expect(file).toMatchObject({ status: 'COMPLETED', total: ROWS, created: ROWS, rejected: 0, failed: 0 });
  expect((await flow.tasks(file?.taskFileId ?? '')).size).toBe(ROWS);

  const next = await flow.upload(plainCsv(10), 'next.csv');
  await flow.untilQuiet();
  expect(await flow.files(next)).toMatchObject([{ status: 'COMPLETED', created: 10 }]);
}, 300_000);
