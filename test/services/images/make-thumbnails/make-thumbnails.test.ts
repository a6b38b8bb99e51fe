import sharp from 'sharp';
import { expect, it } from 'vitest';
import { makeThumbnails } from '../../../../services/images/make-thumbnails/make-thumbnails.ts';
import { readThumbnailSettings } from '../../../../services/images/make-thumbnails/thumbnail-settings.ts';
import {
  animated,
  cameraJpeg,
  cmykJpeg,
  empty,
  hugeHeader,
  notAnImage,
  photo,
  svgWithScript,
  truncated,
  uprightSize,
  withOrientation,
} from '../../../pictures/index.ts';

const settings = readThumbnailSettings({});

it('makes every size in every variant and format, never larger than the picture', async () => {
  const { picture, thumbnails } = await makeThumbnails(photo('rocket.jpg'), settings);
  expect(picture).toEqual({ width: 640, height: 427, format: 'jpeg', pages: 1 });
  const shapes = thumbnails.map(
    ({ variant, size, width, height }) => `${variant} ${size}: ${width}×${height}`,
  );
  expect([...new Set(shapes)]).toEqual([
    'square 1024: 427×427',
    'square 256: 256×256',
    'square 64: 64×64',
    'inside 1024: 640×427',
    'inside 256: 256×171',
    'inside 64: 64×43',
  ]);
  expect(thumbnails).toHaveLength(12);
  for (const { data, format, width, height } of thumbnails) {
    expect(await sharp(data).metadata()).toMatchObject({ format, width, height, space: 'srgb' });
  }
});

it.each([1, 2, 3, 4, 5, 6, 7, 8])('is upright for EXIF orientation %i, and says so no more', async (n) => {
  const { picture, thumbnails } = await makeThumbnails(await withOrientation(n), settings);
  expect(picture).toMatchObject(uprightSize);
  for (const { data } of thumbnails.filter(({ variant, size }) => variant === 'inside' && size === 64)) {
    expect((await sharp(data).metadata()).orientation).toBeUndefined();
    expect(await cornersOf(data)).toEqual(['red', 'green', 'blue', 'yellow']);
  }
});

it('keeps no metadata of the picture', async () => {
  const { thumbnails } = await makeThumbnails(await cameraJpeg(), settings);
  for (const { data } of thumbnails) {
    const { exif, iptc, xmp, icc } = await sharp(data).metadata();
    expect({ exif, iptc, xmp, icc }).toEqual({});
  }
});

it('takes CMYK, and of an animation the first frame', async () => {
  expect((await makeThumbnails(await cmykJpeg(), settings)).picture.format).toBe('jpeg');
  const { picture, thumbnails } = await makeThumbnails(await animated('gif', 3), settings);
  expect(picture.pages).toBe(3);
  for (const { data } of thumbnails) expect((await sharp(data).metadata()).pages ?? 1).toBe(1);
});

it('gives the same bytes each time', async () => {
  const [once, again] = await Promise.all([
    makeThumbnails(photo('cat.png'), settings),
    makeThumbnails(photo('cat.png'), settings),
  ]);
  expect(again).toEqual(once);
});

it.each([
  ['an empty file', empty, 'empty'],
  ['a text', notAnImage, 'not-an-image'],
  ['an SVG with a script', svgWithScript, 'unsupported-format'],
  ['a declared size of 50,000 × 50,000', hugeHeader(50_000, 50_000), 'too-many-pixels'],
  ['a JPEG cut off', await truncated('jpeg'), 'damaged'],
  ['a PNG cut off', await truncated('png'), 'damaged'],
  ['a WebP cut off', await truncated('webp'), 'damaged'],
])('refuses %s', async (_, bytes, code) => {
  await expect(makeThumbnails(bytes, settings)).rejects.toMatchObject({ name: 'UnusableImageError', code });
});

it.each([
  [{ THUMBNAIL_SIZES: '64,huge' }, 'THUMBNAIL_SIZES is "64,huge"'],
  [{ THUMBNAIL_SIZES: '8' }, '16 to 4096'],
  [{ THUMBNAIL_VARIANTS: 'round' }, 'THUMBNAIL_VARIANTS is "round"'],
])('refuses the setting %j', (setting, message) => {
  expect(() => readThumbnailSettings(setting)).toThrow(message);
});

/** Names the colours of the corners, clockwise from top left. */
async function cornersOf(picture: Buffer): Promise<string[]> {
  const { data, info } = await sharp(picture).raw().toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const places = [
    [4, 4],
    [width - 5, 4],
    [width - 5, height - 5],
    [4, height - 5],
  ] as const;
  return places.map(([x, y]) => {
    const [red = 0, green = 0, blue = 0] = data.subarray((y * width + x) * channels);
    if (blue > 128) return 'blue';
    if (red > 128) return green > 128 ? 'yellow' : 'red';
    return 'green';
  });
}
