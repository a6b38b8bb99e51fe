import sharp from 'sharp';
import { expect, it } from 'vitest';
import { convertFormat } from '../../../../services/images/convert-format/convert-format.ts';
import { readMasterSettings } from '../../../../services/images/convert-format/master-settings.ts';
import {
  animated,
  cameraJpeg,
  cmykJpeg,
  distinct,
  empty,
  hugeHeader,
  notAnImage,
  photo,
  svgWithScript,
  truncated,
  uprightSize,
  withOrientation,
} from '../../../pictures/index.ts';

const avif = readMasterSettings({});
const webp = readMasterSettings({ MASTER_FORMAT: 'webp' });

it.each([
  ['avif', 'heif', avif],
  ['webp', 'webp', webp],
] as const)('makes a smaller %s of the same size in pixels', async (format, decoded, settings) => {
  const original = photo('portrait.png');
  const { data, ...master } = await convertFormat(original, settings);
  expect(master).toEqual({ format, width: 512, height: 512 });
  expect(data.length).toBeLessThan(original.length / 4);
  expect(await sharp(data).metadata()).toMatchObject({ format: decoded, width: 512, space: 'srgb' });
});

it('makes the longest side 2048 pixels, and enlarges nothing', async () => {
  const wide = await sharp(photo('rocket.jpg')).resize(3000, 300, { fit: 'fill' }).jpeg().toBuffer();
  expect(await convertFormat(wide, webp)).toMatchObject({ width: 2048, height: 205 });
  expect(await convertFormat(await distinct(1), webp)).toMatchObject({ width: 128, height: 96 });
});

it('spends more bytes on a better quality', async () => {
  const [least, most] = await Promise.all(
    ['20', '90'].map((MASTER_QUALITY) =>
      convertFormat(photo('portrait.png'), readMasterSettings({ MASTER_FORMAT: 'webp', MASTER_QUALITY })),
    ),
  );
  expect(least?.data.length).toBeLessThan(most?.data.length ?? 0);
});

it.each([1, 2, 3, 4, 5, 6, 7, 8])('is upright for EXIF orientation %i, and says so no more', async (n) => {
  const { data, ...master } = await convertFormat(await withOrientation(n), webp);
  expect(master).toMatchObject(uprightSize);
  expect((await sharp(data).metadata()).orientation).toBeUndefined();
  const { data: pixels } = await sharp(data).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const [red = 0, green = 0, blue = 0] = pixels.subarray((4 * uprightSize.width + 4) * 3);
  expect(red).toBeGreaterThan(200);
  expect(Math.max(green, blue)).toBeLessThan(60);
});

it.each([avif, webp])('keeps no metadata of the picture: $format', async (settings) => {
  const { data } = await convertFormat(await cameraJpeg(), settings);
  const { exif, iptc, xmp, icc } = await sharp(data).metadata();
  expect({ exif, iptc, xmp, icc }).toEqual({});
});

it('keeps what is transparent', async () => {
  const clear = sharp({ create: { width: 40, height: 40, channels: 4, background: '#00000000' } });
  const { data } = await convertFormat(await clear.png().toBuffer(), avif);
  expect((await sharp(data).stats()).isOpaque).toBe(false);
});

it('takes CMYK, and of an animation the first frame', async () => {
  expect(await convertFormat(await cmykJpeg(), webp)).toMatchObject({ format: 'webp', width: 256 });
  const { data } = await convertFormat(await animated('gif', 3), webp);
  expect((await sharp(data).metadata()).pages ?? 1).toBe(1);
});

it.each([avif, webp])('gives the same bytes each time: $format', async (settings) => {
  const [once, again] = await Promise.all([
    convertFormat(photo('cat.png'), settings),
    convertFormat(photo('cat.png'), settings),
  ]);
  expect(again).toEqual(once);
});

it.each([
  ['an empty file', empty, 'empty'],
  ['a text', notAnImage, 'not-an-image'],
  ['an SVG with a script', svgWithScript, 'unsupported-format'],
  ['a declared size of 50,000 × 50,000', hugeHeader(50_000, 50_000), 'too-many-pixels'],
  ['a JPEG cut off', await truncated('jpeg'), 'damaged'],
])('refuses %s', async (_, bytes, code) => {
  await expect(convertFormat(bytes, avif)).rejects.toMatchObject({ name: 'UnusableImageError', code });
});

it.each([
  [{ MASTER_FORMAT: 'bmp' }, 'MASTER_FORMAT is "bmp"'],
  [{ MASTER_QUALITY: 'best' }, 'MASTER_QUALITY is "best"'],
  [{ MASTER_QUALITY: '101' }, '1 to 100'],
])('refuses the setting %j', (setting, message) => {
  expect(() => readMasterSettings(setting)).toThrow(message);
});
