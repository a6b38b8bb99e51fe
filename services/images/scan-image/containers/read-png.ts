import type { Discoveries } from './container.ts';

/** https://www.w3.org/TR/png-3/#5DataRep */
export function readPng(bytes: Buffer, found: Discoveries): number {
  let at = 8;
  while (at + 12 <= bytes.length) {
    const type = bytes.toString('latin1', at + 4, at + 8);
    const from = at + 8;
    const to = from + bytes.readUInt32BE(at);
    if (to + 4 > bytes.length) return at;
    if (type === 'IHDR' && to - from >= 8) {
      found.size(bytes.readUInt32BE(from), bytes.readUInt32BE(from + 4));
    } else if (type !== 'IDAT' && type !== 'fdAT') {
      const chunk = bytes.subarray(from, to);
      found.metadata(chunk);
      const packed = startOfPacked(type, chunk);
      if (packed !== undefined) found.deflated(chunk.subarray(packed));
    }
    // The checksum.
    at = to + 4;
    if (type === 'IEND') return at;
  }
  return at;
}

/** `name\0 method …` in iCCP and zTXt, `keyword\0 flag method language\0 keyword\0 …` in iTXt. */
function startOfPacked(type: string, chunk: Buffer): number | undefined {
  const name = chunk.indexOf(0);
  if (name === -1) return undefined;
  if (type === 'iCCP' || type === 'zTXt') return name + 2;
  if (type !== 'iTXt' || chunk[name + 1] !== 1) return undefined;
  const language = chunk.indexOf(0, name + 3);
  const translated = language === -1 ? -1 : chunk.indexOf(0, language + 1);
  return translated === -1 ? undefined : translated + 1;
}
