import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { loadClassifier } from '../../../../services/images/moderate-image/classifier.ts';
import { startTensorflow } from '../../../../services/images/tensorflow.ts';
import {
  cmykJpeg,
  hugeHeader,
  notAnImage,
  type PhotoName,
  photo,
  truncated,
} from '../../../pictures/index.ts';

const wasm = join(import.meta.dirname, '../../../../node_modules/@tensorflow/tfjs-backend-wasm/dist');
let classify: Awaited<ReturnType<typeof loadClassifier>>;

beforeAll(async () => {
  await startTensorflow(wasm);
  classify = await loadClassifier();
});

it.each<PhotoName>(['portrait.png', 'cat.png', 'coffee.png', 'rocket.jpg'])(
  'sees nothing wrong in %s',
  async (name) => {
    const labels = await classify(photo(name));
    expect(labels.map(({ label }) => label).toSorted()).toEqual([
      'Drawing',
      'Hentai',
      'Neutral',
      'Porn',
      'Sexy',
    ]);
    expect(labels.reduce((sum, { confidence }) => sum + confidence, 0)).toBeCloseTo(1, 1);
    expect(['Neutral', 'Drawing']).toContain(labels[0]?.label);
  },
);

it('takes CMYK', async () => {
  expect((await classify(await cmykJpeg()))[0]?.label).toBe('Neutral');
});

it.each([
  ['a text', notAnImage, 'not-an-image'],
  ['a picture cut off', await truncated('png'), 'damaged'],
  ['a declared size of 50,000 × 50,000', hugeHeader(50_000, 50_000), 'too-many-pixels'],
])('refuses %s', async (_, bytes, code) => {
  await expect(classify(bytes)).rejects.toMatchObject({ name: 'UnusableImageError', code });
});
