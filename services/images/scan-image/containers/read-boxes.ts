import type { Discoveries } from './container.ts';

/** AVIF and HEIF. Their metadata may lie anywhere, so all of it counts. ISO/IEC 14496-12 (boxes), 23008-12 (`ispe`). */
export function readBoxes(bytes: Buffer, found: Discoveries): number {
  found.metadata(bytes);
  readSizes(bytes, found, PATH);
  return bytes.length;
}

/** Where sizes are declared: box in box. */
const PATH = ['meta', 'iprp', 'ipco', 'ispe'] as const;

function readSizes(bytes: Buffer, found: Discoveries, [wanted, ...path]: readonly string[]): void {
  let at = 0;
  while (at + 8 <= bytes.length) {
    const declared = bytes.readUInt32BE(at);
    // 1: the length is in the next eight bytes; 0: up to the end.
    const head = declared === 1 ? 16 : 8;
    if (at + head > bytes.length) return;
    const length = declared === 1 ? Number(bytes.readBigUInt64BE(at + 8)) : declared || bytes.length - at;
    if (length < head) return;
    if (bytes.toString('latin1', at + 4, at + 8) === wanted) {
      const content = bytes.subarray(at + head, at + length);
      if (wanted !== 'ispe') readSizes(wanted === 'meta' ? content.subarray(4) : content, found, path);
      else if (content.length >= 12) found.size(content.readUInt32BE(4), content.readUInt32BE(8));
    }
    at += length;
  }
}
