import type { Discoveries } from './container.ts';

/** All of it counts as metadata, which may lie anywhere. https://www.itu.int/itudoc/itu-t/com16/tiff-fx/docs/tiff6.pdf */
export function readTiff(bytes: Buffer, found: Discoveries): number {
  found.metadata(bytes);
  const isLittle = bytes[0] === 0x49;
  const short = (at: number) => (isLittle ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at));
  const long = (at: number) => (isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  const directory = bytes.length >= 8 ? long(4) : bytes.length;
  if (directory + 2 > bytes.length) return bytes.length;
  const values = new Map<number, number>();
  for (let entry = 0; entry < short(directory); entry += 1) {
    const at = directory + 2 + 12 * entry;
    if (at + 12 > bytes.length) break;
    values.set(short(at), short(at + 2) === SHORT ? short(at + 8) : long(at + 8));
  }
  found.size(values.get(WIDTH) ?? 0, values.get(HEIGHT) ?? 0);
  return bytes.length;
}

const SHORT = 3;
const WIDTH = 256;
const HEIGHT = 257;
