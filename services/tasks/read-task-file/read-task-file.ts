import type { DataOf, Envelope, EventOf } from '../../runtime/event.ts';
import type { FanIn } from '../../runtime/fan-in.ts';
import { done, type Outcome } from '../../runtime/outcome.ts';
import { announceCompletion } from '../announce-completion.ts';
import { identifyTaskFile, OWNER_MAX_BYTES, type TaskFile } from '../task-file.ts';
import type { TaskFiles } from '../task-files.ts';
import type { ObjectRange } from './open-object.ts';
import { publishParts } from './publish-parts.ts';
import { HEAD_BYTES, type Layout, readLayout } from './read-layout.ts';
import { type Checkpoint, readParts } from './read-parts.ts';
import type { subscription } from './subscription.ts';
import { UnreadableFileError } from './unreadable-file-error.ts';

export interface ReaderOptions {
  readonly files: TaskFiles;
  readonly fanIn: FanIn;
  readonly open: (range: ObjectRange) => Promise<AsyncIterable<Buffer>>;
  readonly publish: <Type extends Emitted>(
    type: Type,
    data: DataOf<Type> | readonly DataOf<Type>[],
    options: { readonly causedBy: Envelope },
  ) => Promise<unknown>;
  /** Rows in an event at most; holds for files that are new. @default as many as its bytes allow */
  readonly rowsPerPart?: number;
}

type Emitted = (typeof subscription)['emits'][number];

/** Where a reading begins: at the beginning, or where an earlier one paused. */
interface Start {
  readonly layout: Pick<Layout, 'columns' | 'delimiter'>;
  readonly from: Checkpoint;
  readonly bytes: AsyncIterable<Buffer>;
}

/**
 * Reads a file from its beginning, or from where it was paused, and publishes its parts. It pauses in time before the
 * function's limit, as often as it takes. A crash anywhere is made good by handling the same event again.
 */
export function createReader({ files, fanIn, open, publish, rowsPerPart }: ReaderOptions) {
  return async function readTaskFile(
    event: EventOf<'Object Created' | 'TaskFileReadPaused.v1'>,
    { remainingMs }: { readonly remainingMs: () => number },
  ): Promise<Outcome> {
    const limitMs = remainingMs();
    const isTimeShort = () => remainingMs() < Math.max(0.2 * limitMs, 800);
    const paused = event['detail-type'] === 'TaskFileReadPaused.v1' ? event.detail.data : undefined;
    // S3's console makes an empty object for a folder.
    if (event['detail-type'] === 'Object Created' && event.detail.object.key.endsWith('/')) return done();
    const file =
      event['detail-type'] === 'Object Created' ? identifyTaskFile(event.detail) : event.detail.data;

    if (!paused) await files.create(file, { rowsPerPart });
    const started = await files.start(file.taskFileId);
    if (!started) return done();
    try {
      const start = paused ? await resume(file, paused) : await begin(file);
      const parts = readParts({ ...start, ...started });
      const send = (batch: readonly DataOf<'TaskRowsRead.v1'>[]) =>
        publish('TaskRowsRead.v1', batch, { causedBy: event });
      const { next, isPaused } = await publishParts({ file, parts, from: start.from, send, isTimeShort });
      if (isPaused) {
        const { delimiter, columns } = start.layout;
        const { taskFileId, owner, name, bucket, key, etag } = file;
        const data = { taskFileId, owner, name, bucket, key, etag, delimiter, columns: [...columns], next };
        await publish('TaskFileReadPaused.v1', data, { causedBy: event });
      } else {
        await end(file, next, event);
      }
    } catch (error) {
      if (!(error instanceof UnreadableFileError)) throw error;
      await fail(file, error.message, event);
    }
    return done();
  };

  async function begin(file: TaskFile): Promise<Start> {
    if (Buffer.byteLength(file.owner) > OWNER_MAX_BYTES) {
      throw new UnreadableFileError(
        `the owner in "${file.key}" is longer than ${OWNER_MAX_BYTES} bytes: upload to task-files/<owner>/<name>`,
      );
    }
    const chunks: Buffer[] = [];
    for await (const chunk of await open({ ...file, fromByte: 0, maxBytes: HEAD_BYTES })) chunks.push(chunk);
    const head = Buffer.concat(chunks);
    const isWhole = head.length < HEAD_BYTES;
    const layout = readLayout(head, { isWhole });
    const { byte, line } = layout;
    const rest = isWhole ? only(head.subarray(byte)) : await open({ ...file, fromByte: byte });
    return { layout, from: { byte, line, part: 0, rows: 0 }, bytes: rest };
  }

  async function resume(file: TaskFile, paused: DataOf<'TaskFileReadPaused.v1'>): Promise<Start> {
    const bytes = await open({ ...file, fromByte: paused.next.byte });
    return { layout: paused, from: paused.next, bytes };
  }

  async function end(
    { taskFileId }: TaskFile,
    { part, rows }: Checkpoint,
    causedBy: Envelope,
  ): Promise<void> {
    const { announcement } = await fanIn.expect({ jobId: taskFileId, parts: part });
    if (announcement) await announceCompletion({ fanIn, files, publish }, announcement, causedBy);
    await files.markRead(taskFileId, { rows });
  }

  /** Said before it is noted: a crash in between repeats both. */
  async function fail(
    { taskFileId, owner, name }: TaskFile,
    reason: string,
    causedBy: Envelope,
  ): Promise<void> {
    await publish('TaskFileFailed.v1', { taskFileId, owner, name, reason }, { causedBy });
    await files.fail(taskFileId, reason);
  }
}

async function* only(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
