/** The formats of pictures that are accepted, told by their first bytes. */
export type ImageFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'avif' | 'heif';

/** The format that the first bytes of a file declare, whatever its name says; `undefined` for everything that is not accepted. */
export function formatOf(bytes: Uint8Array): ImageFormat | undefined {
  const head = latin1(bytes, 0, 12);
  if (head.startsWith('\xff\xd8\xff')) return 'jpeg';
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  if (head.startsWith('GIF87a') || head.startsWith('GIF89a')) return 'gif';
  if (head.startsWith('RIFF') && head.startsWith('WEBP', 8)) return 'webp';
  if (head.startsWith('\0\0') && head.startsWith('ftyp', 4)) return brandedFormatOf(bytes);
  return undefined;
}

/** What a file is that `formatOf` does not accept: in words, and whether it is a picture at all. */
export function otherKindOf(bytes: Uint8Array): { readonly words: string; readonly isImage: boolean } {
  const head = latin1(bytes, 0, 1024);
  const kind = OTHER_KINDS.find(([, , is]) => is(head));
  return { words: kind?.[0] ?? 'a file of an unknown kind', isImage: kind?.[1] ?? false };
}

/**
 * A file of boxes names its brands in the first one, which is below 64 KiB: so the file begins with two zero bytes. A text
 * that only looks like a box would find its way to a renderer of SVG.
 */
function brandedFormatOf(bytes: Uint8Array): ImageFormat | undefined {
  const size = ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0);
  const brands = latin1(bytes, 8, size).match(/.{4}/gs) ?? [];
  if (brands.some((brand) => AVIF_BRANDS.has(brand))) return 'avif';
  return brands.some((brand) => HEIF_BRANDS.has(brand)) ? 'heif' : undefined;
}

const AVIF_BRANDS: ReadonlySet<string> = new Set(['avif', 'avis']);

const HEIF_BRANDS: ReadonlySet<string> = new Set([
  'heic',
  'heix',
  'heim',
  'heis',
  'hevc',
  'hevx',
  'mif1',
  'msf1',
]);

/** What people upload by mistake or on purpose, most telling first. */
const OTHER_KINDS: readonly (readonly [words: string, isImage: boolean, is: (head: string) => boolean])[] = [
  ['a TIFF picture or a camera’s raw file', true, beginsWith('II*\0', 'MM\0*', 'II+\0', 'MM\0+')],
  ['a BMP picture', true, (head) => head.startsWith('BM') && head.startsWith('\0\0\0\0', 6)],
  ['an icon (ICO)', true, beginsWith('\0\0\x01\0', '\0\0\x02\0')],
  ['a JPEG XL picture', true, beginsWith('\xff\x0a', '\0\0\0\x0cJXL ')],
  ['a JPEG 2000 picture', true, beginsWith('\xff\x4f\xff\x51', '\0\0\0\x0cjP  ')],
  ['a Photoshop file', true, beginsWith('8BPS')],
  ['an SVG drawing', true, (head) => /<svg[\s>]/i.test(head)],
  ['a PDF document', false, (head) => head.includes('%PDF-')],
  ['a ZIP archive or an office document', false, beginsWith('PK\x03\x04', 'PK\x05\x06', 'PK\x07\x08')],
  ['a gzip file', false, beginsWith('\x1f\x8b')],
  ['a program', false, beginsWith('\x7fELF', 'MZ')],
  ['a video or sound file', false, (head) => head.startsWith('ftyp', 4)],
  ['a video or sound file', false, beginsWith('ID3', 'OggS', 'RIFF', '\x1aE\xdf\xa3')],
  ['an HTML page', false, (head) => /^\s*<(?:!doctype html|html)/i.test(head)],
  ['a text', false, (head) => !head.includes('\0') && /^[\s -\xff]*$/.test(head)],
];

function beginsWith(...signatures: readonly string[]): (head: string) => boolean {
  return (head) => signatures.some((signature) => head.startsWith(signature));
}

function latin1(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.subarray(start, end)).toString('latin1');
}
