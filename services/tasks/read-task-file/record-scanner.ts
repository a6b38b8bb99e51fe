/** What separates cells. */
export type Delimiter = ',' | ';' | '\t';

/** A record longer than this is a fault, so that a quote left open never swallows the rest of the file. */
export const MAX_RECORD_BYTES = 32_768;

/** Flags of a cell. */
export const HAS_DOUBLED_QUOTES = 1;
export const NEEDS_JSON_ESCAPES = 2;
export const IS_NOT_ASCII = 4;
export const HAS_NUL = 8;

/**
 * Finds the cells of one CSV record (RFC 4180; LF, CRLF and CR all end a line) in bytes, without copying them. What it finds
 * is the same in whatever chunks the bytes come. The same object is filled anew by each `scan`, and the loop over bytes is
 * one function: that is what keeps ten million rows cheap.
 */
export function createRecordScanner(delimiter: Delimiter) {
  const kinds = classify(delimiter);
  const scanner = {
    /** Byte ranges of the cells, without their quotes; entries from `cells` on are left over from earlier records. */
    starts: [] as number[],
    ends: [] as number[],
    flags: [] as number[],
    cells: 0,
    /** Where the next record begins: after a fault, at the next line. */
    next: 0,
    /** Lines from this record to the next. */
    lines: 0,
    fault: undefined as string | undefined,

    /**
     * Scans the record at `from`. False when its end is not in `bytes` and more may come. A record that breaks the rules
     * has `fault`, no cells, and ends with its first line; when that is not in `bytes`, `next` is the end of `bytes`
     * and `lines` is 0.
     */
    scan(bytes: Uint8Array, from: number, isLast: boolean): boolean {
      const limit = from + MAX_RECORD_BYTES;
      const end = Math.min(bytes.length, limit);
      scanner.fault = undefined;
      let [cells, lines, position] = [0, 1, from];
      while (true) {
        let flags = 0;
        let cellStart = position;
        let cellEnd: number;
        let seen = 0;
        if (bytes[position] === QUOTE) {
          position += 1;
          cellStart = position;
          while (true) {
            if (position >= end) {
              if (position >= limit) return fail(bytes, from, isLast, NEVER_CLOSED);
              return isLast ? fail(bytes, from, isLast, UNCLOSED) : false;
            }
            const byte = bytes[position] as number;
            seen |= byte;
            const kind = kinds[byte];
            if (kind === Kind.plain) {
              position += 1;
              continue;
            }
            // The byte after a quote or CR must be known. None of the two ends a record here, so more must come.
            if (position + 1 === end && end < limit && !isLast && byte !== LINE_FEED) return false;
            if (kind === Kind.quote) {
              if (position + 1 >= end || bytes[position + 1] !== QUOTE) break;
              flags |= HAS_DOUBLED_QUOTES | NEEDS_JSON_ESCAPES;
              position += 2;
              continue;
            }
            if (byte < SPACE || byte === BACKSLASH) flags |= NEEDS_JSON_ESCAPES;
            if (byte === 0) flags |= HAS_NUL;
            if (byte === LINE_FEED || (byte === CARRIAGE_RETURN && bytes[position + 1] !== LINE_FEED))
              lines += 1;
            position += 1;
          }
          cellEnd = position;
          position += 1;
          while (
            position < end &&
            (bytes[position] === SPACE || (bytes[position] === TAB && delimiter !== '\t'))
          ) {
            position += 1;
          }
          if (position < end && !endsCell(bytes[position] as number)) {
            return fail(bytes, from, isLast, AFTER_QUOTE);
          }
        } else {
          while (position < end) {
            const byte = bytes[position] as number;
            const kind = kinds[byte];
            if (kind === Kind.delimiter || kind === Kind.lineEnd) break;
            if (kind !== Kind.plain) flags |= byte === 0 ? NEEDS_JSON_ESCAPES | HAS_NUL : NEEDS_JSON_ESCAPES;
            seen |= byte;
            position += 1;
          }
          cellEnd = position;
        }
        if (position >= limit) return fail(bytes, from, isLast, TOO_LONG);
        if (position >= end && !isLast) return false;
        scanner.starts[cells] = cellStart;
        scanner.ends[cells] = cellEnd;
        scanner.flags[cells] = seen & 0x80 ? flags | IS_NOT_ASCII : flags;
        cells += 1;
        if (position < end && kinds[bytes[position] as number] === Kind.delimiter) {
          position += 1;
          continue;
        }
        if (bytes[position] === CARRIAGE_RETURN) {
          if (position + 1 >= bytes.length && !isLast) return false;
          if (bytes[position + 1] === LINE_FEED) position += 1;
        }
        scanner.next = Math.min(position + 1, bytes.length);
        scanner.cells = cells;
        scanner.lines = lines;
        return true;
      }
    },
  };

  /** Ends the record with its first line. False when it cannot be told yet where that is. */
  function fail(bytes: Uint8Array, from: number, isLast: boolean, fault: string): boolean {
    let position = from;
    while (position < bytes.length && !isLineEnd(bytes[position])) position += 1;
    if (bytes[position] === CARRIAGE_RETURN) {
      if (position + 1 >= bytes.length && !isLast) return false;
      if (bytes[position + 1] === LINE_FEED) position += 1;
    }
    scanner.cells = 0;
    scanner.fault = fault;
    scanner.lines = position < bytes.length ? 1 : 0;
    scanner.next = Math.min(position + 1, bytes.length);
    return true;
  }

  function endsCell(byte: number): boolean {
    return kinds[byte] === Kind.delimiter || kinds[byte] === Kind.lineEnd;
  }

  return scanner;
}

const Kind = { plain: 0, delimiter: 1, quote: 2, lineEnd: 3, escaped: 4 } as const;
const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

const NEVER_CLOSED = `a quote opens and does not close within ${MAX_RECORD_BYTES} bytes: close it, or double the quotes inside`;
const UNCLOSED =
  'a quote opens and does not close before the file ends: close it, or double the quotes inside';
const AFTER_QUOTE = 'text follows a closing quote: double the quotes inside a quoted cell';
const TOO_LONG = `the row is longer than ${MAX_RECORD_BYTES} bytes`;

function isLineEnd(byte: number | undefined): boolean {
  return byte === LINE_FEED || byte === CARRIAGE_RETURN;
}

function classify(delimiter: Delimiter): Uint8Array {
  const kinds = new Uint8Array(256);
  // What JSON writes with an escape.
  kinds.fill(Kind.escaped, 0, 0x20);
  kinds[BACKSLASH] = Kind.escaped;
  kinds[QUOTE] = Kind.quote;
  kinds[LINE_FEED] = Kind.lineEnd;
  kinds[CARRIAGE_RETURN] = Kind.lineEnd;
  kinds[delimiter.charCodeAt(0)] = Kind.delimiter;
  return kinds;
}
