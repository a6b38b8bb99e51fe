import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { photo, withText } from '../../../pictures/index.ts';

const small = await sharp(photo('coffee.png')).resize(64).png().toBuffer();
const jpeg = await sharp(small).jpeg().toBuffer();
const gif = await sharp(small).gif().toBuffer();
const webp = await sharp(small).webp().toBuffer();
const avif = await sharp(small).avif({ effort: 0 }).toBuffer();

/** Places in pictures where a payload can be hidden, by name. */
export const hidingPlaces: Readonly<Record<string, (payload: Buffer) => Buffer | Promise<Buffer>>> = {
  'behind a JPEG': hideBehindJpeg,
  'behind a PNG': (payload) => Buffer.concat([small, payload]),
  'behind a GIF': (payload) => Buffer.concat([gif, payload]),
  'behind a WebP': (payload) => Buffer.concat([webp, payload]),
  'behind an AVIF': (payload) => Buffer.concat([avif, payload]),
  'in a JPEG comment': (payload) => inJpeg(0xfe, payload),
  'in a JPEG segment that nobody knows': (payload) => inJpeg(0xe9, payload),
  'in Exif': (payload) =>
    sharp(small)
      .jpeg()
      .withExif({ IFD0: { ImageDescription: payload.toString('latin1') } })
      .toBuffer(),
  'in XMP': (payload) => sharp(small).webp().withXmp(`<x:xmpmeta>${payload}</x:xmpmeta>`).toBuffer(),
  'in a PNG text': (payload) =>
    withText(small, { keyword: 'Comment', text: payload.toString('latin1'), isCompressed: false }),
  'in a packed PNG text': (payload) =>
    withText(small, { keyword: 'Comment', text: payload.toString('latin1'), isCompressed: true }),
  'in a packed international PNG text': (payload) =>
    inPng('iTXt', Buffer.concat([Buffer.from('XML:com.adobe.xmp\0\x01\0en\0Name\0'), deflateSync(payload)])),
  'in a PNG colour profile': (payload) =>
    inPng('iCCP', Buffer.concat([Buffer.from('sRGB\0\0'), deflateSync(payload)])),
  'in a packed PNG text with a wrong checksum': (payload) =>
    inPng(
      'zTXt',
      Buffer.concat([Buffer.from('Comment\0\0'), deflateSync(payload).subarray(0, -4), Buffer.alloc(4)]),
    ),
  'in a packed PNG text that is cut off': (payload) => {
    const packed = deflateSync(Buffer.concat([payload, Buffer.alloc(1_000)]), { level: 0 });
    return inPng('zTXt', Buffer.concat([Buffer.from('Comment\0\0'), packed.subarray(0, -500)]));
  },
  'in a PNG chunk that nobody knows': (payload) => inPng('prVt', payload),
  'in a GIF comment': (payload) => inGif(payload),
};

export function hideBehindJpeg(payload: Buffer): Buffer {
  return Buffer.concat([jpeg, payload]);
}

/** The PNG with one more chunk, behind its header. */
export function inPng(type: string, data: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(data.length);
  head.write(type, 4);
  // Its checksum is nobody's concern here.
  return Buffer.concat([small.subarray(0, 33), head, data, Buffer.alloc(4), small.subarray(33)]);
}

function inJpeg(marker: number, data: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, (data.length + 2) >> 8, (data.length + 2) & 0xff]);
  return Buffer.concat([jpeg.subarray(0, 2), head, data, jpeg.subarray(2)]);
}

/** In blocks of 50 bytes, so that it is nowhere in one piece. */
function inGif(data: Buffer): Buffer {
  const blocks: Buffer[] = [Buffer.from([0x21, 0xfe])];
  for (let at = 0; at < data.length; at += 50) {
    const block = data.subarray(at, at + 50);
    blocks.push(Buffer.from([block.length]), block);
  }
  return Buffer.concat([gif.subarray(0, -1), ...blocks, Buffer.from([0, 0x3b])]);
}
