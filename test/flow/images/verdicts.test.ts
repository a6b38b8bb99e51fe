import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  animated,
  cmykJpeg,
  eicarPng,
  empty,
  hugeHeader,
  largeFile,
  manyFaces,
  notAnImage,
  photo,
  plainSvg,
  svgWithScript,
  truncated,
  withOrientation,
} from '../../pictures/index.ts';
import { awaited, type ImagesFlow, openImagesFlow } from '../open-images-flow.ts';

let flow: ImagesFlow;

beforeAll(async () => {
  flow = await openImagesFlow();
});
afterAll(() => flow.close());

it('approves a picture of one face, and shows it on the profile with its thumbnails', async () => {
  const key = await flow.upload(photo('portrait.png'), { user: 'grace' });
  await flow.untilQuiet();

  const verdict = flow.verdict(key);
  expect(verdict).toMatchObject({ verdict: 'approved', reasons: [], missing: [], answered: awaited.length });
  expect(verdict?.thumbnails).toHaveLength(12);
  const derived = await flow.keys(`derived/${verdict?.image.imageId}/`);
  expect(derived).toEqual(
    expect.arrayContaining(verdict?.thumbnails.map((thumbnail) => thumbnail.key) ?? []),
  );
  const [faces] = flow.heard('FacesDetected.v1', key);
  expect(faces?.detail.data.result?.count).toBe(1);
  // Not awaited by the verdict: added later, and heard all the same.
  expect(flow.heard('MetadataRead.v1', key)[0]?.detail.data.result).toMatchObject({
    format: 'png',
    hadGps: false,
  });
  const [converted] = flow.heard('FormatConverted.v1', key);
  expect(converted?.detail.data.result).toMatchObject({ format: 'avif', width: 512, height: 512 });
  expect(derived).toContain(converted?.detail.data.result?.key);
  expect((await flow.profile('grace'))?.picture?.M?.image?.M?.key?.S).toBe(key);
});

it('tells several faces and none from one', async () => {
  const several = await flow.upload(await manyFaces(3), { user: 'several' });
  const none = await flow.upload(photo('cat.png'), { user: 'none' });
  await flow.untilQuiet();
  expect(flow.verdict(several)).toMatchObject({
    verdict: 'rejected',
    reasons: ['3 faces were found, exactly 1 is wanted'],
  });
  expect(flow.verdict(none)).toMatchObject({
    verdict: 'rejected',
    reasons: ['no faces were found, exactly 1 is wanted'],
  });
  expect((await flow.profile('none'))?.picture).toBeUndefined();
});

it.each([false, true])(
  'puts EICAR in the metadata of a PNG into quarantine; compressed: %s',
  async (isCompressed) => {
    const user = `mallory-${isCompressed}`;
    const key = await flow.upload(await eicarPng({ isCompressed }), { user, name: 'coffee.png' });
    await flow.untilQuiet();

    const verdict = flow.verdict(key);
    expect(verdict?.verdict).toBe('rejected');
    expect(verdict?.reasons.join()).toMatch(/EICAR/i);
    const [scanned] = flow.heard('ImageScanned.v1', key);
    const { clean, quarantineKey = '' } = scanned?.detail.data.result ?? {};
    expect(clean).toBe(false);
    expect(await flow.keys(`profile-pictures/${user}/`)).toEqual([]);
    expect(await flow.keys('quarantine/')).toContain(quarantineKey);
    expect(Object.keys(await flow.tags(quarantineKey)).length).toBeGreaterThan(0);
  },
);

it('keeps the newer of two pictures of a user, and an approved one when the next is refused', async () => {
  const first = await flow.upload(photo('portrait.png'), { user: 'ida', name: 'first.png' });
  await flow.untilQuiet();
  const second = await flow.upload(await cmykJpeg(), { user: 'ida', name: 'second.jpg' });
  const third = await flow.upload(photo('rocket.jpg'), { user: 'ida', name: 'third.jpg' });
  await flow.untilQuiet();
  expect([flow.verdict(first)?.verdict, flow.verdict(second)?.verdict, flow.verdict(third)?.verdict]).toEqual(
    ['approved', 'approved', 'rejected'],
  );
  const profile = await flow.profile('ida');
  expect(profile?.picture?.M?.image?.M?.key?.S).toBe(second);
  expect(profile?.upload?.M?.status?.S).toBe('rejected');
});

describe('gives a clear verdict on', () => {
  const bad: readonly [string, () => Buffer | Promise<Buffer>, string, RegExp][] = [
    ['nothing at all', () => empty, 'a.jpg', /no bytes/],
    ['a letter', () => notAnImage, 'letter.jpg', /is a text/],
    ['a picture cut off', () => truncated(), 'cut.jpg', /damaged or cut off/],
    ['50,000 × 50,000 pixels', () => hugeHeader(50_000, 50_000), 'huge.png', /50,?000/],
    ['an SVG with a script', () => svgWithScript, 'script.svg', /script/i],
    ['a plain SVG', () => plainSvg, 'plain.svg', /SVG/],
    ['100 MB', () => largeFile(100_000_000), 'large.jpg', /95\.4 MB, at most 25 MB/],
  ];
  const odd: readonly [string, () => Buffer | Promise<Buffer>, string][] = [
    ['an animation', () => animated('webp'), 'moving.webp'],
    ['CMYK', () => cmykJpeg(), 'press.jpg'],
    ['a PNG by the name of a GIF', () => photo('portrait.png'), 'portrait.gif'],
  ];
  const keys = new Map<string, string>();

  // All at once: none is to disturb another.
  beforeAll(async () => {
    for (const [title, make, name] of [...bad, ...odd]) {
      keys.set(title, await flow.upload(await make(), { user: title.replaceAll(/\W+/g, '-'), name }));
    }
    await flow.untilQuiet();
  });

  it.each(bad)('%s', (title, _make, _name, reason) => {
    const verdict = flow.verdict(keys.get(title) ?? '');
    expect(verdict).toMatchObject({ verdict: 'rejected', missing: [], answered: awaited.length });
    expect(verdict?.reasons.join('\n')).toMatch(reason);
  });

  it.each(odd)('%s: approved', (title) => {
    expect(flow.verdict(keys.get(title) ?? '')).toMatchObject({ verdict: 'approved', reasons: [] });
  });
});

it('takes a picture of any orientation for what it is upright', async () => {
  const key = await flow.upload(await withOrientation(6), { user: 'turned' });
  await flow.untilQuiet();
  const [made] = flow.heard('ThumbnailsMade.v1', key);
  expect(made?.detail.data.result).toMatchObject({ width: 120, height: 80 });
});

it('left nothing in any dead-letter queue', () => {
  const letters = flow.aws.queues.list().filter(({ name }) => name.endsWith('-dlq'));
  expect(letters.length).toBeGreaterThan(10);
  for (const queue of letters) expect(queue.depth(), queue.name).toMatchObject({ visible: 0, inFlight: 0 });
});
