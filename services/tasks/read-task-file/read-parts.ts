import type { Row } from '../task.ts';
import type { Layout } from './read-layout.ts';
import { createRowReader, type LocatedRow } from './row-reader.ts';

/** A place between two parts: everything before it was read, and any reader that starts there reads the same parts. */
export interface Checkpoint {
  readonly byte: number;
  /** The line at that offset; the header is line 1. */
  readonly line: number;
  /** The number of the part that begins there. */
  readonly part: number;
  /** Rows before it. */
  readonly rows: number;
}

export interface Part {
  readonly part: number;
  readonly rows: readonly Row[];
  readonly next: Checkpoint;
}

export interface PartsOptions {
  /** The bytes of the file from `from.byte` on. */
  readonly bytes: AsyncIterable<Buffer>;
  readonly layout: Pick<Layout, 'columns' | 'delimiter'>;
  readonly from: Checkpoint;
  /** Rows in a part at most. @default as many as its bytes allow */
  readonly rowsPerPart?: number;
}

/**
 * Packs a file's rows into parts: a pure function of its bytes and `rowsPerPart`, wherever a reader stopped and another
 * went on. The rows of part n take at most `partBytes(n)` as JSON, unless a single row takes more.
 */
export async function* readParts({
  bytes,
  layout,
  from,
  rowsPerPart = Infinity,
}: PartsOptions): AsyncGenerator<Part> {
  const ready: Part[] = [];
  let { part, rows: rowsBefore } = from;
  let rows: Row[] = [];
  let size = 0;

  const reader = createRowReader({ layout, from, onRow: pack });
  for await (const chunk of bytes) {
    reader.push(chunk);
    yield* ready.splice(0);
  }
  const end = reader.end();
  if (rows.length > 0) close(end);
  yield* ready.splice(0);

  function pack({ row, jsonBytes, byte }: LocatedRow) {
    // Each row but the first comes with a comma.
    const grown = size + jsonBytes + 1;
    if (rows.length >= rowsPerPart || (rows.length > 0 && grown > partBytes(part)))
      close({ byte, line: row.line });
    rows.push(row);
    size = rows.length === 1 ? jsonBytes : grown;
  }

  function close(at: { readonly byte: number; readonly line: number }) {
    rowsBefore += rows.length;
    ready.push({ part, rows, next: { ...at, part: part + 1, rows: rowsBefore } });
    part += 1;
    rows = [];
    size = 0;
  }
}

/**
 * How many bytes of rows part n takes: 2 KiB, twice that every five parts, and in the end what fits one message of
 * 64 KiB, the unit that EventBridge and SQS bill. So a small file spreads over the workers, and a large one stays cheap.
 */
export function partBytes(part: number): number {
  return Math.min(2_048 * 2 ** Math.min(Math.floor(part / 5), 5), LARGEST_PART_BYTES);
}

/** 64 KiB without what surrounds the rows: EventBridge's envelope, the metadata, the file's id and its owner. */
const LARGEST_PART_BYTES = 65_536 - 2_048;
