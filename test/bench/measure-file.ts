import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Bill } from '../../tools/bill/meter.ts';
import { watchBill } from '../../tools/bill/watch-bill.ts';
import { makeCsv } from '../../tools/demo/make-csv.ts';
import { type LocalAws, startLocalAws } from '../../tools/local/start-local-aws.ts';
import type { Design } from './designs.ts';

/** What one file of so many rows took in one design. */
export interface FileMeasurement {
  readonly design: Design['name'];
  readonly rows: number;
  /** From the start of the upload to the invocation that set the file COMPLETED. */
  readonly seconds: number;
  /** API requests by `service:Operation`, as the meter counts them, until every queue was empty. */
  readonly requests: Readonly<Record<string, number>>;
  readonly bill: Bill;
  /** Peak resident memory of the reader's process, in MB. */
  readonly readerPeakMb: number;
}

/**
 * Runs one file through a design on an engine of its own, after a warm-up file. Throws when a row was lost or made twice,
 * when a function failed, or when a message was put back or ended in a dead-letter queue.
 */
export async function measureFile(options: {
  readonly design: Design;
  readonly assemblyDir: string;
  readonly rows: number;
  /** Called as tasks appear, with how many there are. */
  readonly onProgress: (tasks: number) => void;
}): Promise<FileMeasurement> {
  const { design, assemblyDir, rows, onProgress } = options;
  // As large as the file, so that as many environments are warm as it will use; 10,000 rows use all there may be.
  const warmUpRows = Math.min(rows, 10_000);
  const aws = await startLocalAws({ seed: 1 });
  try {
    await aws.deploy(assemblyDir);
    await run({ aws, design, rows: warmUpRows, seed: 2 });

    const bill = watchBill(aws.observations, { archivedBuses: design.archivedBuses });
    const readerPeak = watchReader(aws, design);
    const tasks = watchTasks(aws, design, onProgress);
    const seconds = await run({ aws, design, rows, seed: 1 });
    bill.stop();
    readerPeak.stop();
    tasks.stop();

    await check(aws, design, { files: 2, tasks: warmUpRows + rows });
    return {
      design: design.name,
      rows,
      seconds,
      requests: bill.requests(),
      bill: bill.bill(),
      readerPeakMb: readerPeak.mb(),
    };
  } finally {
    await aws.close();
  }
}

/** Uploads one file and waits until it is COMPLETED and all is still. Resolves with the seconds to COMPLETED. */
async function run(options: { aws: LocalAws; design: Design; rows: number; seed: number }): Promise<number> {
  const { aws, design, rows, seed } = options;
  const chunks: Buffer[] = [];
  for await (const chunk of makeCsv({ rows, seed, awkward: 'none' })) chunks.push(Buffer.from(chunk));
  const body = Buffer.concat(chunks);
  const s3 = new S3Client(clientOf(aws));
  const startedAt = performance.now();
  const completed = untilCompleted(aws, design);
  await Promise.all([
    completed.promise,
    s3.send(new PutObjectCommand({ Bucket: design.bucket, Key: `task-files/bench-${seed}.csv`, Body: body })),
  ]);
  const seconds = (completed.at() - startedAt) / 1000;
  await untilStill(aws);
  s3.destroy();
  return seconds;
}

function untilCompleted(aws: LocalAws, design: Design) {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let at = 0;
  const { observations } = aws;
  const stops = [
    observations.on('invoked', ({ function: name, error }) => {
      if (error !== undefined) fail(`${name} failed: ${error}`);
      if (name !== design.completer) return;
      at = performance.now();
      finish();
      resolve();
    }),
    observations.on('settled', ({ function: name, failed }) => {
      if (failed.length > 0) fail(`${name} put ${failed.length} messages back`);
    }),
    observations.on('dead-lettered', ({ queue, reason }) => fail(`a message ended in ${queue}: ${reason}`)),
    observations.on('parked', ({ queue, reason }) => fail(`a message was parked in ${queue}: ${reason}`)),
    observations.on('undeliverable', ({ rule, message }) => fail(`${rule} could not deliver: ${message}`)),
  ];
  return { promise, at: () => at };

  function fail(what: string) {
    finish();
    reject(new Error(`${design.name}: ${what}. Nothing was injected, so the measurement is void.`));
  }
  function finish() {
    for (const stop of stops) stop();
  }
}

/** Resolves once no message waits or is being worked on: what comes after COMPLETED belongs to the bill too. */
async function untilStill({ queues, observations }: LocalAws): Promise<void> {
  const isStill = () =>
    queues.list().every((queue) => {
      const { visible, inFlight, delayed } = queue.depth();
      return visible + inFlight + delayed === 0;
    });
  while (!isStill()) {
    await new Promise<void>((resolve) => {
      const stop = observations.on('settled', () => {
        stop();
        setImmediate(resolve);
      });
    });
  }
}

function watchReader(aws: LocalAws, design: Design) {
  let peak = 0;
  const stop = aws.observations.on('invoked', ({ function: name, maxRssMb }) => {
    if (name === design.reader) peak = Math.max(peak, maxRssMb);
  });
  return { stop, mb: () => peak };
}

function watchTasks(aws: LocalAws, design: Design, onProgress: (tasks: number) => void) {
  let tasks = 0;
  const stop = aws.observations.on('billed', ({ table, writeUnits }) => {
    if (table !== design.tasksTable) return;
    tasks += writeUnits;
    onProgress(tasks);
  });
  return { stop };
}

async function check(
  aws: LocalAws,
  design: Design,
  expected: { files: number; tasks: number },
): Promise<void> {
  const client = new DynamoDBClient(clientOf(aws));
  const states: string[] = [];
  for await (const page of paginateScan({ client }, { TableName: design.filesTable })) {
    for (const item of page.Items ?? []) if (item.status?.S) states.push(item.status.S);
  }
  let tasks = 0;
  for await (const page of paginateScan({ client }, { TableName: design.tasksTable, Select: 'COUNT' })) {
    tasks += page.Count ?? 0;
  }
  client.destroy();
  const completed = states.filter((state) => state === 'COMPLETED').length;
  if (completed !== expected.files || tasks !== expected.tasks) {
    throw new Error(
      `${design.name}: ${completed} of ${expected.files} files are COMPLETED and there are ${tasks} of ${expected.tasks} tasks.`,
    );
  }
}

function clientOf(aws: LocalAws) {
  return {
    endpoint: aws.endpoint,
    region: aws.region,
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
  };
}
