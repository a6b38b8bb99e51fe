import { isUtf8 } from 'node:buffer';
import type { Row } from '../task.ts';
import { columnName, type Layout } from './read-layout.ts';
import {
  createRecordScanner,
  HAS_DOUBLED_QUOTES,
  HAS_NUL,
  IS_NOT_ASCII,
  NEEDS_JSON_ESCAPES,
} from './record-scanner.ts';

/** A row with what it takes to pack it and to go on from it. */
export interface LocatedRow {
  readonly row: Row;
  /** Its size as JSON. */
  readonly jsonBytes: number;
  /** Where it begins in the file. */
  readonly byte: number;
}

/** A row of more JSON than this is a fault: it could not be a task, and must not outgrow an event. */
export const MAX_ROW_JSON_BYTES = 16_384;

/**
 * Turns a file's bytes into rows, whatever pieces they come in. Blank cells are absent, other columns are ignored, empty
 * lines are skipped; a row that cannot be read is a row with a `fault`, and reading goes on at the next line.
 */
export function createRowReader({
  layout: { columns, delimiter },
  from,
  onRow,
}: {
  readonly layout: Pick<Layout, 'columns' | 'delimiter'>;
  readonly from: { readonly byte: number; readonly line: number };
  readonly onRow: (located: LocatedRow) => void;
}) {
  const scanner = createRecordScanner(delimiter);
  const fields = fieldsIn(columns);
  let rest: Buffer = Buffer.alloc(0);
  let restAt = from.byte;
  let { line } = from;
  let isSkippingLine = false;

  function read(chunk: Buffer, isLast: boolean): void {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    // One string for all cells of ASCII: slices of it are cheaper than decoding each.
    const text = bytes.toString('latin1');
    let position = isSkippingLine ? skipLine(bytes, isLast) : 0;
    while (!isSkippingLine && position < bytes.length && scanner.scan(bytes, position, isLast)) {
      if (scanner.fault) {
        onRow(toFault(scanner.fault, position));
        isSkippingLine = scanner.lines === 0;
      } else if (!isEmptyLine(text)) {
        onRow(toRow(bytes, text, position));
      }
      line += scanner.lines;
      position = scanner.next;
    }
    rest = bytes.subarray(position);
    restAt += position;
  }

  function skipLine(bytes: Buffer, isLast: boolean): number {
    let end = 0;
    while (end < bytes.length && bytes[end] !== 0x0a && bytes[end] !== 0x0d) end += 1;
    if (end === bytes.length) return end;
    if (bytes[end] === 0x0d && end + 1 === bytes.length && !isLast) return end;
    if (bytes[end] === 0x0d && bytes[end + 1] === 0x0a) end += 1;
    isSkippingLine = false;
    line += 1;
    return end + 1;
  }

  function isEmptyLine(text: string): boolean {
    return scanner.cells === 1 && text.slice(scanner.starts[0], scanner.ends[0]).trim() === '';
  }

  function toRow(bytes: Buffer, text: string, position: number): LocatedRow {
    const { starts, ends, flags, cells, next } = scanner;
    const row: { -readonly [Name in keyof Row]: Row[Name] } = { line };
    let jsonBytes = LINE_JSON_BYTES + digits(line);
    let seen = 0;
    for (let i = 0; i < cells; i += 1) seen |= flags[i] ?? 0;
    if (seen & HAS_NUL) return toFault('the row holds a NUL byte', position);
    if (seen & IS_NOT_ASCII && !isUtf8(bytes.subarray(position, next))) {
      return toFault('the row is not UTF-8: save the file as "CSV UTF-8"', position);
    }
    for (const { name, index } of fields) {
      if (index >= cells) continue;
      const [start, end, flag] = [starts[index] ?? 0, ends[index] ?? 0, flags[index] ?? 0];
      if (start === end) continue;
      let cell = flag & IS_NOT_ASCII ? bytes.toString('utf8', start, end) : text.slice(start, end);
      if (cell.trim() === '') continue;
      if (flag & HAS_DOUBLED_QUOTES) cell = cell.replaceAll('""', '"');
      if (flag & IS_NOT_ASCII && NOT_XML.test(cell)) {
        return toFault(`the ${name} holds a character that is none (U+FFFE or U+FFFF)`, position);
      }
      row[name] = cell;
      jsonBytes +=
        CELL_JSON_BYTES +
        name.length +
        (flag & NEEDS_JSON_ESCAPES ? Buffer.byteLength(JSON.stringify(cell)) - 2 : end - start);
    }
    if (jsonBytes > MAX_ROW_JSON_BYTES) {
      return toFault(
        `the row takes ${jsonBytes} bytes, and at most ${MAX_ROW_JSON_BYTES} can be a task`,
        position,
      );
    }
    return { row, jsonBytes, byte: restAt + position };
  }

  function toFault(fault: string, position: number): LocatedRow {
    const row = { line, fault };
    return { row, jsonBytes: Buffer.byteLength(JSON.stringify(row)), byte: restAt + position };
  }

  return {
    /** Takes the next bytes of the file. */
    push: (chunk: Buffer) => read(chunk, false),
    /** Takes the end of the file, and tells where that is. */
    end() {
      read(Buffer.alloc(0), true);
      return { byte: restAt, line };
    },
  };
}

/** `{"line":}` */
const LINE_JSON_BYTES = 9;
/** `,"":""` */
const CELL_JSON_BYTES = 6;
/** SQS takes only characters that XML knows. */
const NOT_XML = /[\uFFFE\uFFFF]/;

const FIELDS = ['title', 'detail', 'dueAt', 'isComplete'] as const;

/** Where each field stands in a row; of columns with the same name the first counts. */
function fieldsIn(columns: readonly string[]) {
  const names = columns.map(columnName);
  return FIELDS.map((name) => ({ name, index: names.indexOf(columnName(name)) })).filter(
    ({ index }) => index >= 0,
  );
}

function digits(n: number): number {
  let count = 1;
  for (let rest = n; rest >= 10; rest /= 10) count += 1;
  return count;
}
