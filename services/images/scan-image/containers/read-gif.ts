import type { Discoveries } from './container.ts';

/** https://www.w3.org/Graphics/GIF/spec-gif89a.txt */
export function readGif(bytes: Buffer, found: Discoveries): number {
  if (bytes.length < 13) return bytes.length;
  found.size(bytes.readUInt16LE(6), bytes.readUInt16LE(8));
  let at = 13 + colourTableBytes(bytes[10]);
  while (at < bytes.length) {
    const kind = bytes[at];
    if (kind === TRAILER) return at + 1;
    if (kind === EXTENSION) {
      const to = endOfBlocks(bytes, at + 2);
      const label = bytes[at + 1];
      if (label !== GRAPHIC_CONTROL) found.metadata(joinBlocks(bytes, at + 2, to));
      // XMP lies there without regard to blocks.
      if (label === APPLICATION) found.metadata(bytes.subarray(at + 2, to));
      at = to;
    } else if (kind === IMAGE && at + 10 <= bytes.length) {
      found.size(
        bytes.readUInt16LE(at + 1) + bytes.readUInt16LE(at + 5),
        bytes.readUInt16LE(at + 3) + bytes.readUInt16LE(at + 7),
      );
      at = endOfBlocks(bytes, at + 11 + colourTableBytes(bytes[at + 9]));
    } else {
      return at;
    }
  }
  return bytes.length;
}

const TRAILER = 0x3b;
const EXTENSION = 0x21;
const IMAGE = 0x2c;
const GRAPHIC_CONTROL = 0xf9;
const APPLICATION = 0xff;

function colourTableBytes(flags = 0): number {
  return flags & 0x80 ? 3 << ((flags & 7) + 1) : 0;
}

/** Blocks of up to 255 bytes, each behind its length; a length of 0 ends them. */
function endOfBlocks(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length) {
    const length = bytes[at] ?? 0;
    at += 1 + length;
    if (length === 0) return at;
  }
  return bytes.length;
}

function joinBlocks(bytes: Buffer, from: number, to: number): Buffer {
  const joined = Buffer.allocUnsafe(Math.max(0, to - from));
  let length = 0;
  for (let at = from; at < to; at += 1 + (bytes[at] ?? 0)) {
    length += bytes.copy(joined, length, at + 1, Math.min(to, at + 1 + (bytes[at] ?? 0)));
  }
  return joined.subarray(0, length);
}
