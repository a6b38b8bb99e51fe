import type { Discoveries } from './container.ts';

/** https://www.w3.org/Graphics/JPEG/itu-t81.pdf, annex B */
export function readJpeg(bytes: Buffer, found: Discoveries): number {
  let at = 2;
  while (at + 2 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0;
    if (marker === END) return at + 2;
    if (marker === FILL) {
      at += 1;
    } else if (isRestart(marker)) {
      at += 2;
    } else {
      const length = at + 4 <= bytes.length ? bytes.readUInt16BE(at + 2) : 0;
      const next = at + 2 + length;
      if (length < 2 || next > bytes.length) return at;
      if (isFrame(marker) && length >= 7) found.size(bytes.readUInt16BE(at + 7), bytes.readUInt16BE(at + 5));
      else if (marker !== SCAN) found.metadata(bytes.subarray(at + 4, next));
      at = marker === SCAN ? endOfScan(bytes, next) : next;
    }
  }
  return at;
}

const END = 0xd9;
const SCAN = 0xda;
const FILL = 0xff;

function isRestart(marker: number): boolean {
  return marker >= 0xd0 && marker <= 0xd7;
}

/** SOF0 to SOF15; among their numbers are those of Huffman tables (c4), JPG (c8) and arithmetic tables (cc). */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** The next marker: within a scan, 0xff is followed by 0 or numbers a restart. */
function endOfScan(bytes: Buffer, from: number): number {
  let at = bytes.indexOf(0xff, from);
  while (at !== -1 && at + 1 < bytes.length) {
    const next = bytes[at + 1] ?? 0;
    if (next !== 0 && !isRestart(next)) return at;
    at = bytes.indexOf(0xff, at + 2);
  }
  return bytes.length;
}
