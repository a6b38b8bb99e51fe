import { HEAD_BYTES, readLayout } from '../../../../services/tasks/read-task-file/read-layout.ts';
import {
  type Checkpoint,
  type Part,
  readParts,
} from '../../../../services/tasks/read-task-file/read-parts.ts';

/** Reads a whole file that comes in chunks of the given sizes, over and over; from a checkpoint if one is given. */
export async function readAll(
  file: Buffer,
  options: { chunks?: readonly number[]; from?: Checkpoint; rowsPerPart?: number } = {},
): Promise<Part[]> {
  const layout = readLayout(file.subarray(0, HEAD_BYTES), { isWhole: file.length <= HEAD_BYTES });
  const from = options.from ?? { byte: layout.byte, line: layout.line, part: 0, rows: 0 };
  const bytes = inChunks(file.subarray(from.byte), options.chunks ?? [65_536]);
  const parts: Part[] = [];
  for await (const part of readParts({ bytes, layout, from, rowsPerPart: options.rowsPerPart }))
    parts.push(part);
  return parts;
}

export async function readRows(file: Buffer | string) {
  const parts = await readAll(Buffer.from(file));
  return parts.flatMap(({ rows }) => rows);
}

async function* inChunks(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  for (let [i, at] = [0, 0]; at < bytes.length; i += 1) {
    const size = Math.max(1, sizes[i % sizes.length] ?? 1);
    yield bytes.subarray(at, at + size);
    at += size;
  }
}
