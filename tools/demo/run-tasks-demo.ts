import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parse } from 'csv-parse/sync';
import type { TaskFile } from '../../generated/http/tasks.ts';
import { watchBill } from '../bill/watch-bill.ts';
import { bar, type LiveText } from '../live-text.ts';
import type { System } from '../start-system.ts';
import { createApiClient } from './api-client.ts';
import { countEvents } from './count-events.ts';
import { expectCsv, makeCsv } from './make-csv.ts';
import { postForm } from './post-form.ts';
import { uploadName } from './upload-name.ts';

export interface TasksDemoOutcome {
  readonly file: string;
  readonly status: TaskFile['status'];
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

export interface RejectedRow {
  readonly line: number;
  readonly reason: string;
}

/** Uploads a CSV as the user `demo` of the API, follows it to its end, and asks what became of it. */
export async function runTasksDemo({
  system,
  csv,
  rows,
  live,
  signal,
}: {
  readonly system: System;
  /** A file; else one is made. */
  readonly csv: string | undefined;
  readonly rows: number;
  readonly live: LiveText;
  readonly signal: AbortSignal;
}): Promise<TasksDemoOutcome> {
  const { aws, names } = system;
  const api = createApiClient({ system, user: 'demo', signal });
  const events = countEvents(aws.observations, names.bus);
  const bill = watchBill(aws.observations, { archivedBuses: [names.bus] });
  try {
    const file = csv === undefined ? `${rows}-tasks.csv` : basename(csv);
    const { uploadId, ...form } = await api.ask('startTaskUpload', { body: { name: uploadName(file) } });
    const bytes = csv === undefined ? await countBytes(makeCsv({ rows })) : (await stat(csv)).size;
    const content = csv === undefined ? makeCsv({ rows }) : createReadStream(csv);
    const refusal = await postForm({ form, content, bytes, signal });
    const uploadedAt = Date.now();

    const end: FileEnd = refusal === undefined ? await follow(uploadId) : refusedFile(refusal);
    const { id, status, total = 0, created, rejected, failed, reason } = end;
    const endedAt = Date.parse(end.completedAt ?? end.failedAt ?? '');
    const outcome = {
      file,
      status,
      total,
      created,
      rejected,
      failed,
      seconds: Number((Math.max(endedAt - uploadedAt, 0) / 1000).toFixed(2)),
      ...(reason !== undefined && { reason }),
      rejects: rejected > 0 ? await firstRejects(id) : [],
      events: events.counts,
      costUsd: bill.bill().totalUsd,
    };
    const problem = problemOf(outcome, csv === undefined ? expectCsv({ rows }) : undefined);
    return { ...outcome, ...(problem !== undefined && { problem }) };
  } finally {
    events.stop();
    bill.stop();
  }

  /** Redraws the progress until the file is COMPLETED or FAILED. */
  async function follow(uploadId: string): Promise<TaskFile> {
    let id: string | undefined;
    while (true) {
      const file =
        id === undefined
          ? (await api.ask('listTaskFiles', { query: { uploadId } })).taskFiles[0]
          : await api.ask('getTaskFile', { path: { id } });
      id = file?.id;
      show(file);
      if (file?.status === 'COMPLETED' || file?.status === 'FAILED') {
        live.finish();
        return file;
      }
      await wait(POLL_MS, undefined, { signal });
    }
  }

  function show({ total, processed = 0, created = 0, rejected = 0, rate = 0 }: Partial<TaskFile> = {}): void {
    const queue = aws.queues.list().find(({ name }) => name === names.consumer('create-tasks'));
    const { visible, inFlight } = queue?.depth() ?? { visible: 0, inFlight: 0 };
    const isRead = total !== undefined;
    live.show([
      `  rows read   ${bar(isRead ? 1 : undefined)} ${count(isRead ? total : processed)}${isRead ? '' : '…'}`,
      `  tasks       ${bar(isRead ? processed / Math.max(total, 1) : undefined)} ${count(created)} created · ${count(rejected)} rejected · ${count(rate)} rows/s`,
      `  queue       ${count(visible)} messages waiting · ${count(inFlight)} being worked on`,
    ]);
  }

  async function firstRejects(id: string): Promise<readonly RejectedRow[]> {
    const csv = await api.ask('listRejects', { path: { id } });
    const rejects: { line: string; reason: string }[] = parse(csv, { columns: true, to: 5 });
    return rejects.map(({ line, reason }) => ({ line: Number(line), reason }));
  }
}

const POLL_MS = 250;

async function countBytes(chunks: AsyncIterable<string>): Promise<number> {
  let bytes = 0;
  for await (const chunk of chunks) bytes += Buffer.byteLength(chunk);
  return bytes;
}

type FileEnd = Omit<TaskFile, 'owner' | 'name' | 'processed' | 'createdAt'>;

/** Of what S3 does not take, nobody hears. */
function refusedFile(reason: string): FileEnd {
  const failedAt = new Date().toISOString();
  return { id: '', status: 'FAILED', reason, created: 0, rejected: 0, failed: 0, failedAt };
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
