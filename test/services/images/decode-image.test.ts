import { readFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { openImage, readRgb, render } from '../../../services/images/decode-image.ts';

const noise = Buffer.from(Array.from({ length: 60 * 40 * 3 }, (_, index) => (index * 7919) % 251));
const picture = () => sharp(noise, { raw: { width: 60, height: 40, channels: 3 } });

describe('opening', () => {
  it.each(['jpeg', 'png', 'webp', 'gif', 'avif'] as const)('knows the size of a %s', async (format) => {
    const {
      width,
      height,
      pages,
      format: found,
    } = await openImage(await picture().toFormat(format).toBuffer());
    expect({ width, height, pages, found }).toEqual({ width: 60, height: 40, pages: 1, found: format });
  });

  it('turns a picture upright before it says how wide it is', async () => {
    const { image, width, height } = await openImage(
      await picture().withMetadata({ orientation: 6 }).jpeg().toBuffer(),
    );
    expect([width, height]).toEqual([40, 60]);
    expect(await readRgb(image)).toMatchObject({ width: 40, height: 60 });
  });

  it('takes the first frame of an animation and counts them all', async () => {
    const frames = await sharp(noise, { raw: { width: 60, height: 40, channels: 3, pageHeight: 20 } })
      .gif()
      .toBuffer();
    const { image, ...opened } = await openImage(frames);
    expect(opened).toEqual({ width: 60, height: 20, format: 'gif', pages: 2 });
    expect(await readRgb(image)).toMatchObject({ width: 60, height: 20 });
  });
});

describe('rendering', () => {
  it.each([
    ['CMYK', () => picture().toColourspace('cmyk').jpeg().toBuffer()],
    ['grey', () => picture().toColourspace('b-w').png().toBuffer()],
    ['16 bits a channel', () => picture().toColourspace('rgb16').png().toBuffer()],
    ['a palette', () => picture().png({ palette: true }).toBuffer()],
    ['transparency', () => picture().ensureAlpha(0.5).png().toBuffer()],
    ['grey with transparency', () => picture().toColourspace('b-w').ensureAlpha(0.5).png().toBuffer()],
  ])('gives three bytes a pixel of a picture with %s', async (_, make) => {
    const { data, width, height } = await readRgb((await openImage(await make())).image);
    expect([data.length, width, height]).toEqual([60 * 40 * 3, 60, 40]);
  });

  it('shows what is transparent as white, not as what is hidden below', async () => {
    const hidden = await picture().ensureAlpha(0).png().toBuffer();
    const { data } = await readRgb((await openImage(hidden)).image);
    expect(new Set(data)).toEqual(new Set([255]));
  });
});

describe('refuses', () => {
  it.each([
    ['empty', Buffer.alloc(0), /no bytes/],
    ['not-an-image', Buffer.from('%PDF-1.7\n'), /a PDF document: JPEG, PNG, WebP, GIF and AVIF are accepted/],
    ['unsupported-format', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), /an SVG drawing/],
    ['damaged', Buffer.from('GIF89a<svg xmlns="http://www.w3.org/2000/svg"/>'), /upload it again/],
    ['damaged', Buffer.from('\xff\xd8\xff\xe0', 'latin1'), /upload it again/],
  ])('%s', async (code, bytes, reason) => {
    await expect(openImage(bytes)).rejects.toMatchObject({ code, message: expect.stringMatching(reason) });
  });

  it.each(['jpeg', 'png', 'webp', 'gif', 'avif'] as const)('a %s that is cut off', async (format) => {
    const bytes = await picture().toFormat(format).toBuffer();
    const cutOff = bytes.subarray(0, Math.floor(bytes.length * 0.8));
    const decoding = openImage(cutOff).then(({ image }) => render(image.png()));
    await expect(decoding).rejects.toMatchObject({ code: 'damaged' });
  });

  it('a picture that declares more than 50 megapixels, before it is decoded', async () => {
    const small = await picture().png().toBuffer();
    await expect(openImage(declaring(small, { width: 60_000, height: 60_000 }))).rejects.toMatchObject({
      code: 'too-many-pixels',
      message: expect.stringContaining('60000 × 60000 pixels'),
    });
  });
});

it('decodes a photograph', async () => {
  const bytes = await readFile(new URL('../../../tools/demo/pictures/rocket.jpg', import.meta.url));
  const { image, width, height } = await openImage(bytes);
  expect(await readRgb(image)).toMatchObject({ width, height });
});

/** A PNG with another size in its header; the checksum is made to fit. */
function declaring(
  png: Buffer,
  { width, height }: { readonly width: number; readonly height: number },
): Buffer {
  const bytes = Buffer.from(png);
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29);
  return bytes;
}
