import { createRecordScanner, type Delimiter } from './record-scanner.ts';
import { refuseOtherFormats } from './refuse-other-formats.ts';
import { UnreadableFileError } from './unreadable-file-error.ts';

/** How a file is laid out, as its beginning tells. */
export interface Layout {
  readonly delimiter: Delimiter;
  /** The header's cells as written. */
  readonly columns: readonly string[];
  /** Where what follows the header begins. */
  readonly byte: number;
  /** The line at that offset; the file's first is 1. */
  readonly line: number;
}

/** How much of a file's beginning to look at before its first row is published. */
export const HEAD_BYTES = 1_048_576;

/**
 * Reads the header of a file from its first `HEAD_BYTES`. Throws `UnreadableFileError` when this is no CSV of tasks:
 * empty, of another format, not UTF-8, or without a title column.
 */
export function readLayout(head: Buffer, { isWhole }: { readonly isWhole: boolean }): Layout {
  refuseOtherFormats(head, { isWhole });
  const headers = DELIMITERS.map((delimiter) => readHeader(head, { delimiter, isWhole }));
  const layouts = headers
    .filter((header): header is Layout => !('reason' in header))
    .sort((a, b) => b.columns.length - a.columns.length);
  const withTitle = layouts.find(({ columns }) => columns.some((column) => columnName(column) === 'title'));
  if (withTitle) return withTitle;
  // A quote may only break the rules because the delimiter is not the file's.
  const reason = layouts.length === 0 && headers.find((header) => 'reason' in header)?.reason;
  if (reason) throw new UnreadableFileError(reason);
  const found = layouts[0]?.columns.slice(0, 20).map((column) => `"${column.trim().slice(0, 40)}"`);
  throw new UnreadableFileError(`there is no "title" column: ${LIKE}, but it has ${found?.join(', ')}`);
}

/** How columns are compared: ` DueAt ` -> `dueat` */
export function columnName(cell: string): string {
  return cell.trim().toLowerCase();
}

const DELIMITERS = [',', ';', '\t'] as const satisfies readonly Delimiter[];
const BYTE_ORDER_MARK = Buffer.from('\uFEFF');
const LIKE = 'the first row must be a header like title,detail,dueAt,isComplete';
/** Leaves room for the header in the event by which the reader hands over to itself. */
const MAX_HEADER_BYTES = 16_384;

function readHeader(
  head: Buffer,
  { delimiter, isWhole }: { readonly delimiter: Delimiter; readonly isWhole: boolean },
): Layout | { readonly reason: string } {
  const scanner = createRecordScanner(delimiter);
  let byte = head.subarray(0, 3).equals(BYTE_ORDER_MARK) ? 3 : 0;
  let line = 1;
  while (byte < head.length) {
    if (!scanner.scan(head, byte, isWhole) || scanner.next - byte > MAX_HEADER_BYTES) {
      return { reason: `the header (line ${line}) is longer than ${MAX_HEADER_BYTES} bytes: ${LIKE}` };
    }
    if (scanner.fault) return { reason: `the header (line ${line}) cannot be read: ${scanner.fault}` };
    const columns = cellsOf(head, scanner);
    byte = scanner.next;
    line += scanner.lines;
    if (columns.length > 1 || columns[0]?.trim()) return { delimiter, columns, byte, line };
  }
  return { reason: `the file is empty: ${LIKE}` };
}

function cellsOf(head: Buffer, { starts, ends, cells }: ReturnType<typeof createRecordScanner>): string[] {
  return Array.from({ length: cells }, (_, i) =>
    head.toString('utf8', starts[i], ends[i]).replaceAll('""', '"'),
  );
}
