import { constants, gunzipSync, inflateRawSync } from 'node:zlib';
import { formatOf, type ImageFormat } from '../image-format.ts';
import type { ContainerReader } from './containers/container.ts';
import { readBoxes } from './containers/read-boxes.ts';
import { readGif } from './containers/read-gif.ts';
import { readJpeg } from './containers/read-jpeg.ts';
import { readPng } from './containers/read-png.ts';
import { readTiff } from './containers/read-tiff.ts';
import { readWebp } from './containers/read-webp.ts';
import { createPieces } from './pieces.ts';

export interface Unfolded {
  readonly isPicture: boolean;
  /** What its headers declare at most. */
  readonly width: number;
  readonly height: number;
  /** All that is in the file but is not pixels, unpacked, and what is behind the picture; each piece after a line feed. */
  readonly inside: Buffer;
  /** Some of it unpacks to more than is unpacked here. */
  readonly isUnpackedInPart: boolean;
}

/** Takes a file of any kind apart for those who look for what is hidden in it. */
export function unfold(bytes: Buffer): Unfolded {
  const pieces = createPieces();
  const largest = { width: 0, height: 0 };
  let room = UNPACKED_MAX_BYTES;
  let isUnpackedInPart = false;

  const read = readerOf(bytes);
  if (read) {
    const end = read(bytes, {
      metadata: pieces.add,
      deflated(piece) {
        // Past zlib's two bytes, so that a wrong checksum hides nothing.
        unpack((options) => inflateRawSync(piece.subarray(2), { ...options, finishFlush }));
      },
      size(width, height) {
        if (width * height > largest.width * largest.height) Object.assign(largest, { width, height });
      },
    });
    if (end < bytes.length) pieces.add(bytes.subarray(end));
  } else if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    unpack((options) => gunzipSync(bytes, { ...options, finishFlush }));
  } else {
    const text = decodeUtf16(bytes);
    if (text) pieces.add(text);
  }
  return { isPicture: read !== undefined, ...largest, inside: pieces.join(), isUnpackedInPart };

  function unpack(inflate: (options: { readonly maxOutputLength: number }) => Buffer): void {
    if (isUnpackedInPart) return;
    try {
      const unpacked = inflate({ maxOutputLength: Math.min(room, PIECE_MAX_BYTES) });
      pieces.add(unpacked);
      // So that there cannot be a million of small ones.
      room -= Math.max(unpacked.length, PIECE_MIN_BYTES);
      isUnpackedInPart = room <= 0;
    } catch (error) {
      // Anything else is damage, and nobody can unpack it.
      isUnpackedInPart = error instanceof RangeError;
    }
  }
}

/** What is cut off is unpacked as far as it goes. */
const finishFlush = constants.Z_SYNC_FLUSH;

const UNPACKED_MAX_BYTES = 16 * 1024 * 1024;
const PIECE_MAX_BYTES = 4 * 1024 * 1024;
const PIECE_MIN_BYTES = 4 * 1024;

function readerOf(bytes: Buffer): ContainerReader | undefined {
  const format = formatOf(bytes);
  if (format) return READERS[format];
  const head = bytes.toString('latin1', 0, 4);
  return head === 'II*\0' || head === 'MM\0*' ? readTiff : undefined;
}

const READERS: Readonly<Record<ImageFormat, ContainerReader>> = {
  jpeg: readJpeg,
  png: readPng,
  gif: readGif,
  webp: readWebp,
  avif: readBoxes,
  heif: readBoxes,
};

/** Text in UTF-16 as UTF-8; undefined for what does not begin as that: with a byte order mark, or with a tag. */
function decodeUtf16(bytes: Buffer): Buffer | undefined {
  const start = bytes.toString('hex', 0, 2);
  if (start === 'fffe' || start === '3c00') return Buffer.from(bytes.toString('utf16le'));
  if (start !== 'feff' && start !== '003c') return undefined;
  const even = bytes.subarray(0, bytes.length - (bytes.length % 2));
  return Buffer.from(Buffer.from(even).swap16().toString('utf16le'));
}
