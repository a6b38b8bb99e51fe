import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { createFanIn } from '../../services/runtime/fan-in.ts';
import { watchBill } from '../bill/watch-bill.ts';
import { bar, type LiveText } from '../live-text.ts';
import type { System } from '../start-system.ts';
import { clientSettings } from './client-settings.ts';
import { countEvents } from './count-events.ts';
import { expectCsv, makeCsv } from './make-csv.ts';
import { createTaskFileReader, type RejectedRow, type TaskFileState } from './read-task-files.ts';

export interface TasksDemoOutcome {
  readonly file: string;
  readonly status: TaskFileState['status'];
  readonly total: number;
  readonly created: number;
  readonly rejected: number;
  readonly failed: number;
  /** From the upload's end to the file's end. */
  readonly seconds: number;
  /** Why the file FAILED. */
  readonly reason?: string;
  /** The first rejected rows, in file order. */
  readonly rejects: readonly RejectedRow[];
  /** Events on our bus, by detail-type. */
  readonly events: ReadonlyMap<string, number>;
  readonly costUsd: number;
  /** What is wrong with the run, if anything. */
  readonly problem?: string;
}

/** Uploads a CSV, follows it to its end, and reads back what became of it. */
export async function runTasksDemo({
  system: { aws, names },
  csv,
  rows,
  live,
}: {
  readonly system: System;
  /** A file; else one is made. */
  readonly csv: string | undefined;
  readonly rows: number;
  readonly live: LiveText;
}): Promise<TasksDemoOutcome> {
  const settings = clientSettings(aws);
  const s3 = new S3Client(settings);
  const dynamodb = new DynamoDBClient(settings);
  const fanIn = createFanIn({ client: dynamodb, tableName: names.taskFilesTable });
  const taskFiles = createTaskFileReader({ client: dynamodb, tableName: names.taskFilesTable });

  const events = countEvents(aws.observations, names.bus);
  const bill = watchBill(aws.observations, { archivedBuses: [names.bus] });
  try {
    const file = csv === undefined ? `${rows}-tasks.csv` : basename(csv);
    const key = `task-files/demo/${file}`;
    const body = csv === undefined ? Readable.from(makeCsv({ rows })) : createReadStream(csv);
    await new Upload({ client: s3, params: { Bucket: names.uploadsBucket, Key: key, Body: body } }).done();
    const startedAt = performance.now();

    const end = await follow(key);
    const seconds = Number(((performance.now() - startedAt) / 1000).toFixed(2));
    const { total = 0, created = 0, rejected = 0, failed = 0 } = end;
    const outcome = {
      file,
      status: end.status,
      total,
      created,
      rejected,
      failed,
      seconds,
      ...(end.reason !== undefined && { reason: end.reason }),
      rejects: await taskFiles.rejects(end.taskFileId, 5),
      events: events.counts,
      costUsd: bill.bill().totalUsd,
    };
    const problem = problemOf(outcome, csv === undefined ? expectCsv({ rows }) : undefined);
    return { ...outcome, ...(problem !== undefined && { problem }) };
  } finally {
    events.stop();
    bill.stop();
    s3.destroy();
    dynamodb.destroy();
  }

  /** Redraws the progress until the file is COMPLETED or FAILED. */
  async function follow(key: string): Promise<TaskFileState> {
    const startedAt = performance.now();
    let taskFileId: string | undefined;
    while (true) {
      taskFileId ??= await taskFiles.find(key);
      const state = taskFileId === undefined ? undefined : await taskFiles.read(taskFileId);
      const progress = taskFileId === undefined ? undefined : await fanIn.progress(taskFileId);
      const { created = 0, rejected = 0 } = progress?.totals ?? {};
      const settled = created + rejected + (progress?.failed ?? 0);
      const queue = aws.queues.list().find(({ name }) => name === names.consumer('create-tasks'));
      const { visible, inFlight } = queue?.depth() ?? { visible: 0, inFlight: 0 };
      const isRead = state?.rowsRead !== undefined && state.isRead;
      const rate = settled / ((performance.now() - startedAt) / 1000);
      live.show([
        `  rows read   ${isRead ? bar(1) : bar(undefined)} ${count(Math.max(state?.rowsRead ?? 0, settled))}${isRead ? '' : '…'}`,
        `  tasks       ${bar(isRead ? settled / Math.max(state.rowsRead ?? 1, 1) : undefined)} ${count(created)} created · ${count(rejected)} rejected · ${count(rate)} rows/s`,
        `  queue       ${count(visible)} messages waiting · ${count(inFlight)} being worked on`,
      ]);
      if (state?.status === 'COMPLETED' || state?.status === 'FAILED') {
        live.finish();
        return state;
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

function problemOf(
  { status, reason, total, created, rejected, failed }: Omit<TasksDemoOutcome, 'problem'>,
  expected: { created: number; rejected: number } | undefined,
): string | undefined {
  if (status === 'FAILED') return `the file FAILED: ${reason}`;
  if (created + rejected + failed !== total) {
    return `the counts do not add up: ${created} created + ${rejected} rejected + ${failed} failed is not ${total}.`;
  }
  if (failed > 0) return `${failed} rows failed and wait in the dead-letter queue.`;
  if (expected && (created !== expected.created || rejected !== expected.rejected)) {
    return `the file has ${expected.created} good and ${expected.rejected} bad rows, but ${created} were created and ${rejected} rejected.`;
  }
  return undefined;
}

function count(n: number): string {
  return Math.round(n).toLocaleString('en');
}
