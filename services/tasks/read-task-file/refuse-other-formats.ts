import { isUtf8 } from 'node:buffer';
import { UnreadableFileError } from './unreadable-file-error.ts';

/** Throws `UnreadableFileError` when the beginning of a file shows that it is no text in UTF-8. */
export function refuseOtherFormats(head: Buffer, { isWhole }: { readonly isWhole: boolean }): void {
  const format = [...SIGNATURES].find(([, bytes]) => head.subarray(0, bytes.length).equals(bytes))?.[0];
  if (format) throw new UnreadableFileError(`the file is ${format}: save it as "CSV UTF-8"`);
  const nul = head.indexOf(0);
  if (nul !== -1) {
    throw new UnreadableFileError(`the file is binary (its byte ${nul} is NUL): it must be CSV in UTF-8`);
  }
  // Where the beginning is cut, a character may be.
  const text = isWhole
    ? head
    : head.subarray(0, Math.max(head.lastIndexOf('\n'), head.lastIndexOf('\r')) + 1);
  if (!isUtf8(text)) {
    throw new UnreadableFileError(
      `the file is not UTF-8 (see line ${firstBadLine(text)}): save it as "CSV UTF-8"`,
    );
  }
}

const SIGNATURES = new Map([
  ['an Excel workbook or another ZIP archive', Buffer.from('PK\x03\x04')],
  ['UTF-16', Buffer.from([0xff, 0xfe])],
  ['UTF-16, big-endian', Buffer.from([0xfe, 0xff])],
]);

function firstBadLine(text: Buffer): number {
  let line = 1;
  let start = 0;
  for (
    let end = text.indexOf('\n');
    end !== -1 && isUtf8(text.subarray(start, end));
    end = text.indexOf('\n', start)
  ) {
    start = end + 1;
    line += 1;
  }
  return line;
}
