import sharp from 'sharp';
import { expect, it } from 'vitest';
import {
  animated,
  cmykJpeg,
  distinct,
  eicar,
  eicarPng,
  manyFaces,
  uprightSize,
  withOrientation,
} from './index.ts';

it.each([1, 2, 3, 4, 5, 6, 7, 8])(
  'stores orientation %i so that EXIF makes it upright',
  async (orientation) => {
    const stored = await withOrientation(orientation);
    expect((await sharp(stored).metadata()).orientation).toBe(orientation);
    const { data, info } = await sharp(stored).autoOrient().raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([uprightSize.width, uprightSize.height]);
    // The pixel at the top left is red.
    expect(data[0]).toBeGreaterThan(200);
    expect(data[1]).toBeLessThan(60);
    const topRight = (info.width - 1) * info.channels;
    expect(data[topRight + 1]).toBeGreaterThan(200);
  },
);

it('makes what it says', async () => {
  expect((await sharp(await cmykJpeg()).metadata()).space).toBe('cmyk');
  expect((await sharp(await animated('gif', 3)).metadata()).pages).toBe(3);
  expect((await sharp(await animated('webp', 4)).metadata()).pages).toBe(4);
  expect((await eicarPng()).includes(eicar)).toBe(true);
  expect((await eicarPng({ isCompressed: true })).includes(eicar)).toBe(false);
  expect((await sharp(await eicarPng({ isCompressed: true })).stats()).channels).toHaveLength(3);
  expect(await sharp(await manyFaces(5)).metadata()).toMatchObject({ width: 1020, height: 680 });
  expect((await distinct(1)).equals(await distinct(2))).toBe(false);
});
