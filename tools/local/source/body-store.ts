import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { link, rm, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Persistence } from '../persistence/persistence.ts';

/** Bytes on disk: one file of the store's folder, or several one after the other. */
export interface Body {
  readonly size: number;
  readonly files: readonly { readonly name: string; readonly size: number }[];
}

/** Keeps objects' bytes in files of a temporary folder, or of the data folder, so that no object's size is a matter of memory. */
export interface BodyStore {
  write(chunks: AsyncIterable<Buffer>): Promise<Body>;
  /** The bytes from `start` to `end`, both included. They stay readable to the end, also when the body is dropped meanwhile. */
  read(body: Body, range?: { readonly start: number; readonly end: number }): AsyncIterable<Buffer>;
  /** One body of several, which it takes over without copying. */
  join(bodies: readonly Body[]): Body;
  /** A second body with the same bytes, which are not copied. */
  duplicate(body: Body): Promise<Body>;
  drop(body: Body): void;
  /** Removes the files of no such body: what was written when the engine ended and nobody was told of. */
  keepOnly(bodies: Iterable<Body>): void;
  /** Removes the folder if it is a temporary one. */
  close(): Promise<void>;
}

export function createBodyStore(persistence?: Persistence): BodyStore {
  let folder = persistence && join(persistence.folder, 'objects');
  if (folder !== undefined) mkdirSync(folder, { recursive: true });
  const readers = new Map<Body, number>();
  const dropped = new Set<Body>();

  function temporaryFolder(): string {
    const made = mkdtempSync(join(tmpdir(), 'local-s3-'));
    // Also for a process that ends without close(), such as one that a bug ends.
    process.once('exit', removeFolder);
    return made;
  }

  function pathOf(name: string): string {
    folder ??= temporaryFolder();
    return join(folder, name);
  }

  function removeFolder() {
    if (folder !== undefined && !persistence) rmSync(folder, { recursive: true, force: true });
  }

  function letGo(body: Body) {
    dropped.delete(body);
    // As long as the disk has the object, its bytes are there.
    if (persistence) persistence.afterCommit(() => unlinkAll(body));
    else unlinkAll(body);
  }

  function unlinkAll(body: Body) {
    // Best effort: what is left goes with the folder, or at the next start.
    for (const { name } of body.files) unlink(pathOf(name)).catch(() => {});
  }

  async function* readFiles(body: Body, { start, end }: { start: number; end: number }) {
    try {
      let offset = 0;
      for (const { name, size } of body.files) {
        const from = Math.max(start - offset, 0);
        const to = Math.min(end - offset, size - 1);
        offset += size;
        if (from > to) continue;
        yield* createReadStream(pathOf(name), { start: from, end: to, highWaterMark: READ_BYTES });
      }
    } finally {
      const left = (readers.get(body) ?? 1) - 1;
      if (left > 0) readers.set(body, left);
      else {
        readers.delete(body);
        if (dropped.has(body)) letGo(body);
      }
    }
  }

  return {
    async write(chunks) {
      const name = randomUUID();
      let size = 0;
      const counted = async function* () {
        for await (const chunk of chunks) {
          size += chunk.length;
          yield chunk;
        }
      };
      try {
        await pipeline(counted, createWriteStream(pathOf(name)));
      } catch (error) {
        await rm(pathOf(name), { force: true });
        throw error;
      }
      return { size, files: [{ name, size }] };
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
      const files: { name: string; size: number }[] = [];
      for (const { name, size } of body.files) {
        const copy = randomUUID();
        await link(pathOf(name), pathOf(copy));
        files.push({ name: copy, size });
      }
      return { size: body.size, files };
    },
    drop(body) {
      if (readers.has(body)) dropped.add(body);
      else letGo(body);
    },
    keepOnly(bodies) {
      const kept = new Set([...bodies].flatMap(({ files }) => files.map(({ name }) => name)));
      for (const name of readdirSync(pathOf(''))) {
        if (!kept.has(name)) rmSync(pathOf(name), { force: true });
      }
    },
    async close() {
      process.off('exit', removeFolder);
      removeFolder();
    },
  };
}

const READ_BYTES = 256 * 1_024;
