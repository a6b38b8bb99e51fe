import type { Discoveries } from './container.ts';

/** https://developers.google.com/speed/webp/docs/riff_container */
export function readWebp(bytes: Buffer, found: Discoveries): number {
  if (bytes.length < 12) return bytes.length;
  const end = Math.min(bytes.length, 8 + bytes.readUInt32LE(4));
  let at = 12;
  while (at + 8 <= end) {
    const type = bytes.toString('latin1', at, at + 4);
    const from = at + 8;
    const to = from + bytes.readUInt32LE(at + 4);
    if (to > end) return at;
    const chunk = bytes.subarray(from, to);
    if (type === 'VP8X') readExtended(chunk, found);
    else if (type === 'VP8 ') readLossy(chunk, found);
    else if (type === 'VP8L') readLossless(chunk, found);
    else if (!PIXELS.has(type)) found.metadata(chunk);
    // Chunks begin at even places.
    at = to + ((to - from) % 2);
  }
  return end;
}

const PIXELS: ReadonlySet<string> = new Set(['ALPH', 'ANIM', 'ANMF']);

function readExtended(chunk: Buffer, found: Discoveries): void {
  if (chunk.length >= 10) found.size(1 + chunk.readUIntLE(4, 3), 1 + chunk.readUIntLE(7, 3));
}

function readLossy(chunk: Buffer, found: Discoveries): void {
  if (chunk.length >= 10) found.size(chunk.readUInt16LE(6) & 0x3fff, chunk.readUInt16LE(8) & 0x3fff);
}

function readLossless(chunk: Buffer, found: Discoveries): void {
  if (chunk.length < 5) return;
  const bits = chunk.readUInt32LE(1);
  found.size(1 + (bits & 0x3fff), 1 + ((bits >> 14) & 0x3fff));
}
