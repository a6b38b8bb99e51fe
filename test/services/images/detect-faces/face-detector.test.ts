import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadFaceDetector } from '../../../../services/images/detect-faces/face-detector.ts';
import { readMinConfidence } from '../../../../services/images/detect-faces/min-confidence.ts';
import { startTensorflow } from '../../../../services/images/tensorflow.ts';
import {
  animated,
  cmykJpeg,
  hugeHeader,
  manyFaces,
  notAnImage,
  photo,
  truncated,
} from '../../../pictures/index.ts';

const packages = join(import.meta.dirname, '../../../../node_modules');
let detectFaces: Awaited<ReturnType<typeof loadFaceDetector>>;

beforeAll(async () => {
  await startTensorflow(join(packages, '@tensorflow/tfjs-backend-wasm/dist'));
  detectFaces = await loadFaceDetector({ modelFolder: join(packages, '@vladmandic/face-api/model') });
});

const portrait = () => sharp(photo('portrait.png'));

/** Copies of the portrait, so many pixels wide, apart from each other in a picture of 1200 × 900. */
async function apart(count: number, side: number): Promise<Buffer> {
  const input = await portrait()
    .extract({ left: 60, top: 0, width: 340, height: 340 })
    .resize(side)
    .toBuffer();
  const copies = Array.from({ length: count }, (_, n) => ({
    input,
    left: 20 + (n % 3) * 390,
    top: 20 + Math.floor(n / 3) * 440,
  }));
  const background = { width: 1200, height: 900, channels: 3 as const, background: '#557766' };
  return sharp({ create: background }).composite(copies).jpeg().toBuffer();
}

describe('counts', () => {
  it.each<[string, number, () => Buffer | Promise<Buffer>]>([
    ['the portrait', 1, () => photo('portrait.png')],
    ['the portrait in CMYK', 1, cmykJpeg],
    ['the portrait in grey', 1, () => portrait().greyscale().toBuffer()],
    ['the portrait in the dark', 1, () => portrait().modulate({ brightness: 0.4 }).toBuffer()],
    ['the portrait of 128 pixels', 1, () => portrait().resize(128).toBuffer()],
    ['the first frame of an animation', 1, () => animated('webp')],
    [
      'a portrait turned by its EXIF',
      1,
      () => portrait().rotate(270).withMetadata({ orientation: 6 }).jpeg().toBuffer(),
    ],
    ['a small face in a large picture', 1, () => apart(1, 160)],
    ['two faces side by side', 2, () => manyFaces(2)],
    ['three faces', 3, () => manyFaces(3)],
    ['five faces', 5, () => manyFaces(5)],
    ['six small faces apart', 6, () => apart(6, 120)],
    ['a cat', 0, () => photo('cat.png')],
    ['a cup of coffee', 0, () => photo('coffee.png')],
    ['a rocket', 0, () => photo('rocket.jpg')],
  ])('%s: %i', async (_, count, make) => {
    const { faces } = await detectFaces(await make());
    expect(faces).toHaveLength(count);
  });
});

it('says where face and landmarks are, in pixels of the upright picture', async () => {
  const { width, height, faces } = await detectFaces(photo('portrait.png'));
  expect({ width, height }).toEqual({ width: 512, height: 512 });
  const [face] = faces;
  expect(face?.confidence).toBeGreaterThan(0.8);
  const points = new Map(face?.landmarks.map(({ name, x, y }) => [name, { x, y }]));
  // Read off the photograph by eye.
  for (const [name, x, y] of [
    ['leftEye', 203, 101],
    ['rightEye', 247, 103],
    ['mouthLeft', 206, 142],
    ['mouthRight', 243, 144],
  ] as const) {
    const point = points.get(name);
    expect(Math.hypot((point?.x ?? 0) - x, (point?.y ?? 0) - y), name).toBeLessThan(8);
  }
  const { left = 0, top = 0, width: boxWidth = 0, height: boxHeight = 0 } = face?.box ?? {};
  for (const [name, { x, y }] of points) {
    expect(x, name).toBeGreaterThan(left);
    expect(x, name).toBeLessThan(left + boxWidth);
    expect(y, name).toBeGreaterThan(top);
    expect(y, name).toBeLessThan(top + boxHeight);
  }
});

it('scales boxes back to a picture that is larger than what the model sees', async () => {
  const twice = await portrait().resize(2048).jpeg().toBuffer();
  const [small] = (await detectFaces(photo('portrait.png'))).faces;
  const [large] = (await detectFaces(twice)).faces;
  expect((large?.box.left ?? 0) / 4).toBeCloseTo(small?.box.left ?? 0, -1.5);
  expect((large?.box.width ?? 0) / 4).toBeCloseTo(small?.box.width ?? 0, -1.5);
});

it.each([
  ['a text', notAnImage, 'not-an-image'],
  ['a picture cut off', await truncated('jpeg'), 'damaged'],
  ['a declared size of 50,000 × 50,000', hugeHeader(50_000, 50_000), 'too-many-pixels'],
])('refuses %s', async (_, bytes, code) => {
  await expect(detectFaces(bytes)).rejects.toMatchObject({ name: 'UnusableImageError', code });
});

it.each(['', 'high', '0', '2'])('refuses the confidence %j', (setting) => {
  expect(() => readMinConfidence(setting)).toThrow(`MIN_CONFIDENCE is "${setting}"`);
});
