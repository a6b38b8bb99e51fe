import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { type LocalAws, startLocalAws } from '../../../../tools/local/start-local-aws.ts';
import { clientSettings } from '../client-settings.ts';

export interface RunningAws {
  readonly aws: LocalAws;
  readonly events: EventBridgeClient;
  readonly sqs: SQSClient;
  readonly s3: S3Client;
  readonly dynamodb: DynamoDBClient;
}

/** A data folder, and one engine after the other on it. */
export interface RestartedAws {
  readonly folder: string;
  /** Ends the engine that runs and starts the next. */
  restart(): Promise<RunningAws>;
  remove(): Promise<void>;
}

export function openRestartedAws(): RestartedAws {
  const folder = join(mkdtempSync(join(tmpdir(), 'fanbus-data-')), 'data');
  let running: RunningAws | undefined;

  async function end() {
    const { aws, ...clients } = running ?? {};
    for (const client of Object.values(clients)) client.destroy();
    await aws?.close();
    running = undefined;
  }

  return {
    folder,
    async restart() {
      await end();
      running = connect(await startLocalAws({ dataDir: folder }));
      return running;
    },
    async remove() {
      await end();
      rmSync(join(folder, '..'), { recursive: true, force: true });
    },
  };
}

/** The SDK's clients for an engine. */
export function connect(aws: LocalAws): RunningAws {
  const settings = clientSettings(aws);
  return {
    aws,
    events: new EventBridgeClient(settings),
    sqs: new SQSClient(settings),
    s3: new S3Client(settings),
    dynamodb: new DynamoDBClient(settings),
  };
}
