import { createReadStream, createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { link, rm, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** Bytes on disk: one file, or several one after the other. */
export interface Body {
  readonly size: number;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

/** Keeps objects' bytes in files of a temporary folder, so that no object's size is a matter of memory. */
export interface BodyStore {
  write(chunks: AsyncIterable<Buffer>): Promise<Body>;
  /** The bytes from `start` to `end`, both included. They stay readable to the end, also when the body is dropped meanwhile. */
  read(body: Body, range?: { readonly start: number; readonly end: number }): AsyncIterable<Buffer>;
  /** One body of several, which it takes over without copying. */
  join(bodies: readonly Body[]): Body;
  /** A second body with the same bytes, which are not copied. */
  duplicate(body: Body): Promise<Body>;
  drop(body: Body): void;
  /** Removes the folder. */
  close(): Promise<void>;
}

export function createBodyStore(): BodyStore {
  let folder: string | undefined;
  let count = 0;
  const readers = new Map<Body, number>();
  const dropped = new Set<Body>();

  function newPath(): string {
    if (folder === undefined) {
      folder = mkdtempSync(join(tmpdir(), 'local-s3-'));
      // Also for a process that ends without close(), such as one that a bug ends.
      process.once('exit', removeFolder);
    }
    count += 1;
    return join(folder, String(count));
  }

  function removeFolder() {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  }

  function unlinkAll(body: Body) {
    dropped.delete(body);
    // Best effort: what is left goes with the folder.
    for (const { path } of body.files) unlink(path).catch(() => {});
  }

  async function* readFiles(body: Body, { start, end }: { start: number; end: number }) {
    try {
      let offset = 0;
      for (const { path, size } of body.files) {
        const from = Math.max(start - offset, 0);
        const to = Math.min(end - offset, size - 1);
        offset += size;
        if (from <= to) yield* createReadStream(path, { start: from, end: to, highWaterMark: READ_BYTES });
      }
    } finally {
      const left = (readers.get(body) ?? 1) - 1;
      if (left > 0) readers.set(body, left);
      else {
        readers.delete(body);
        if (dropped.has(body)) unlinkAll(body);
      }
    }
  }

  return {
    async write(chunks) {
      const path = newPath();
      let size = 0;
      const counted = async function* () {
        for await (const chunk of chunks) {
          size += chunk.length;
          yield chunk;
        }
      };
      try {
        await pipeline(counted, createWriteStream(path));
      } catch (error) {
        await rm(path, { force: true });
        throw error;
      }
      return { size, files: [{ path, size }] };
    },
    read(body, range = { start: 0, end: body.size - 1 }) {
      // Counted from now on, not from the first byte: the body may be dropped in between.
      readers.set(body, (readers.get(body) ?? 0) + 1);
      return readFiles(body, range);
    },
    join: (bodies) => ({
      size: bodies.reduce((sum, { size }) => sum + size, 0),
      files: bodies.flatMap(({ files }) => files),
    }),
    async duplicate(body) {
      const files: { path: string; size: number }[] = [];
      for (const { path, size } of body.files) {
        const copy = newPath();
        await link(path, copy);
        files.push({ path: copy, size });
      }
      return { size: body.size, files };
    },
    drop(body) {
      if (readers.has(body)) dropped.add(body);
      else unlinkAll(body);
    },
    async close() {
      process.off('exit', removeFolder);
      removeFolder();
    },
  };
}

const READ_BYTES = 256 * 1_024;
