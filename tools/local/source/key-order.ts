/** Compares two keys as S3 orders them: by their UTF-8 bytes. */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const [first, second] = [a.charCodeAt(index), b.charCodeAt(index)];
    if (first !== second) return byteRank(first) - byteRank(second);
  }
  return a.length - b.length;
}

/** UTF-16 puts surrogates, which stand for the highest characters, below U+E000; UTF-8 above U+FFFF. */
function byteRank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
