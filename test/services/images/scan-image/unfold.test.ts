import { deflateSync, gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { findBombs } from '../../../../services/images/scan-image/find-bombs.ts';
import { unfold } from '../../../../services/images/scan-image/unfold.ts';
import { animated, hugeHeader, notAnImage, photo } from '../../../pictures/index.ts';
import { inPng } from './hiding-places.ts';

const bombsIn = (bytes: Buffer) => findBombs(unfold(bytes), { bytes: bytes.length }).map(({ rule }) => rule);
const picture = () => sharp(photo('cat.png')).resize(90, 60);

describe('knows the declared size', () => {
  it.each([
    ['PNG', () => picture().png().toBuffer()],
    ['JPEG', () => picture().jpeg().toBuffer()],
    ['progressive JPEG', () => picture().jpeg({ progressive: true }).toBuffer()],
    ['GIF', () => picture().gif().toBuffer()],
    ['WebP', () => picture().webp().toBuffer()],
    ['lossless WebP', () => picture().webp({ lossless: true }).toBuffer()],
    ['WebP with metadata', () => picture().webp().withXmp('<a/>').toBuffer()],
    ['AVIF', () => picture().avif({ effort: 0 }).toBuffer()],
    ['TIFF', () => picture().tiff().toBuffer()],
  ])('of a %s', async (_, make) => {
    expect(unfold(await make())).toMatchObject({ isPicture: true, width: 90, height: 60 });
  });

  it('of a TIFF for big-endian machines', () => {
    const entries = '0002 0100 0004 00000001 00000007 0101 0003 00000001 0005 0000 00000000';
    const bytes = Buffer.from(`4d4d002a00000008${entries}`.replaceAll(' ', ''), 'hex');
    expect(unfold(bytes)).toMatchObject({ width: 7, height: 5 });
  });

  it('of an animation', async () => {
    for (const format of ['gif', 'webp'] as const) {
      expect(unfold(await animated(format))).toMatchObject({ width: 128, height: 128 });
    }
  });

  it('of the frame of a GIF that is larger than the whole', async () => {
    const gif = await picture().gif().toBuffer();
    gif.writeUInt16LE(5, 6);
    expect(unfold(gif)).toMatchObject({ width: 90, height: 60 });
  });
});

it('takes no text for a picture', () => {
  expect(unfold(notAnImage)).toMatchObject({ isPicture: false, width: 0, height: 0 });
});

describe('a bomb of pixels', () => {
  it('declares more than 50 megapixels in few bytes', () => {
    expect(bombsIn(hugeHeader(10_000, 5_001))).toEqual(['pixel_bomb']);
    expect(bombsIn(hugeHeader(0xffff_ffff, 0xffff_ffff))).toEqual(['pixel_bomb']);
  });

  it('is no picture of 50 megapixels, nor a larger one with the bytes of a photograph', () => {
    expect(bombsIn(hugeHeader(10_000, 5_000))).toEqual([]);
    expect(bombsIn(Buffer.concat([hugeHeader(10_000, 6_000), Buffer.alloc(2_000_000)]))).toEqual([]);
  });
});

describe('a bomb of packed texts', () => {
  const packed = (bytes: number) =>
    Buffer.concat([Buffer.from('Comment\0\0'), deflateSync(Buffer.alloc(bytes))]);

  it('unpacks to more than 4 MiB', () => {
    expect(bombsIn(inPng('zTXt', packed(4 * 1_048_576 + 1)))).toEqual(['unpacking_bomb']);
    expect(bombsIn(inPng('iCCP', packed(50 * 1_048_576)))).toEqual(['unpacking_bomb']);
    expect(bombsIn(gzipSync(Buffer.alloc(50 * 1_048_576)))).toEqual(['unpacking_bomb']);
  });

  it('unpacks to more than 16 MiB together, or is one of thousands', () => {
    expect(bombsIn(repeat(inPng('zTXt', packed(3 * 1_048_576)), 6))).toEqual(['unpacking_bomb']);
    expect(bombsIn(repeat(inPng('zTXt', packed(1)), 5_000))).toEqual(['unpacking_bomb']);
  });

  it('is none up to there', () => {
    expect(bombsIn(inPng('zTXt', packed(4 * 1_048_576)))).toEqual([]);
    expect(bombsIn(repeat(inPng('zTXt', packed(1)), 50))).toEqual([]);
  });
});

it('takes millions of pieces', async () => {
  const jpeg = await picture().jpeg().toBuffer();
  const comments = Buffer.alloc(8_000_000, Buffer.from([0xff, 0xfe, 0, 3, 0x61]));
  const { inside } = unfold(Buffer.concat([jpeg.subarray(0, 2), comments, jpeg.subarray(2)]));
  expect(inside.subarray(0, 6).toString()).toBe('\na\na\na');
  expect(inside.length).toBeGreaterThan(3_200_000);
});

it('follows boxes as deep as sizes lie, and no deeper', async () => {
  const avif = await picture().avif({ effort: 0 }).toBuffer();
  for (const box of ['meta', 'iprp']) {
    const nested = Buffer.alloc(1_000_000, Buffer.from(`\0\0\0\0${box}`));
    expect(unfold(Buffer.concat([avif, nested]))).toMatchObject({ width: 90, height: 60 });
  }
});

/** A PNG with its first chunk behind the header so many times. */
function repeat(png: Buffer, times: number): Buffer {
  const length = 12 + png.readUInt32BE(33);
  const chunk = png.subarray(33, 33 + length);
  return Buffer.concat([
    png.subarray(0, 33),
    ...Array.from({ length: times }, () => chunk),
    png.subarray(33),
  ]);
}
