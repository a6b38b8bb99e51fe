import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { metadataReadV1 } from '../../../../generated/events/metadata-read-v1.ts';
import { readMetadataSettings } from '../../../../services/images/read-metadata/metadata-settings.ts';
import { readMetadata } from '../../../../services/images/read-metadata/read-metadata.ts';
import {
  animated,
  cameraJpeg,
  distinct,
  empty,
  notAnImage,
  photo,
  plainSvg,
  withOrientation,
} from '../../../pictures/index.ts';
import { good, imageOf, uploaded } from '../image-events.ts';
import { exifSegment, iptcSegment, tiff, withSegments, xmpOf, xmpSegment } from './metadata-pieces.ts';

const camera = await cameraJpeg();
const plain = await distinct(1);
const nothing = { keywords: [], hadGps: false };

describe('EXIF', () => {
  it('tells the camera, the time and the people, and not the place', async () => {
    const { gps, ...metadata } = await read(camera);
    expect(gps).toBeUndefined();
    expect(metadata).toEqual({
      format: 'jpeg',
      make: 'Fanbus',
      model: 'One',
      lens: '50 mm',
      takenAt: '2026-05-04T03:02:01',
      software: 'Darkroom 2',
      artist: 'Ada',
      copyright: 'Ada 2026',
      keywords: [],
      orientation: 1,
      width: 256,
      height: 256,
      hadGps: true,
    });
  });

  it('tells the place when it is to be kept', async () => {
    const { hadGps, gps } = await readMetadata(camera, readMetadataSettings({ KEEP_GPS: 'true' }));
    expect({ hadGps, gps }).toEqual({ hadGps: true, gps: { latitude: 51.5, longitude: -0.125 } });
  });

  it('tells the offset from UTC if the camera knew it', async () => {
    const picture = sharp(plain).withExif({
      IFD2: { DateTimeOriginal: '2026:05:04 03:02:01', OffsetTimeOriginal: '+02:00' },
    });
    expect((await read(await picture.jpeg().toBuffer())).takenAt).toBe('2026-05-04T03:02:01+02:00');
  });

  it.each(['jpeg', 'png', 'webp', 'avif'] as const)('is found in %s', async (format) => {
    const picture = await sharp(camera).keepExif().resize(32).toFormat(format).toBuffer();
    expect(await read(picture)).toMatchObject({ format, make: 'Fanbus', lens: '50 mm', hadGps: true });
  });

  it.each([1, 3, 6, 8])('tells orientation %i', async (orientation) => {
    expect(await read(await withOrientation(orientation))).toMatchObject({ orientation });
  });

  it('tells no date that is none', async () => {
    const picture = sharp(plain).withExif({ IFD2: { DateTimeOriginal: '0000:00:00 00:00:00' } });
    expect((await read(await picture.jpeg().toBuffer())).takenAt).toBeUndefined();
  });
});

describe('XMP', () => {
  const properties = `
    <dc:title><rdf:Alt><rdf:li xml:lang="x-default">Tea &amp; cake &#x2615;</rdf:li></rdf:Alt></dc:title>
    <dc:creator><rdf:Seq><rdf:li>Ada</rdf:li><rdf:li>Grace</rdf:li></rdf:Seq></dc:creator>
    <dc:subject><rdf:Bag><rdf:li>tea</rdf:li><rdf:li>cake</rdf:li></rdf:Bag></dc:subject>
    <dc:rights>Nobody’s</dc:rights>`;
  const told = {
    title: 'Tea & cake ☕',
    artist: 'Ada, Grace',
    keywords: ['tea', 'cake'],
    copyright: 'Nobody’s',
  };

  it.each(['jpeg', 'png', 'webp', 'avif', 'gif'] as const)('is found in %s', async (format) => {
    const xmp = xmpOf(properties);
    const picture = await sharp(plain).toFormat(format).withXmp(xmp).toBuffer();
    // sharp writes none into a GIF; Photoshop does, as a block of its own.
    const whole = format === 'gif' ? Buffer.concat([picture, Buffer.from(xmp)]) : picture;
    expect(await read(whole)).toMatchObject({ format, ...told, hadGps: false });
  });

  it('is found in a PNG that has it compressed as a text of no language', async () => {
    const packed = deflateSync(xmpOf(properties));
    const chunk = Buffer.concat([Buffer.from('iTXtXML:com.adobe.xmp\0\x01\0\0\0', 'latin1'), packed]);
    const png = await sharp(plain).png().toBuffer();
    expect(await read(Buffer.concat([png, chunk]))).toMatchObject({ format: 'png', ...told });
  });

  it('is read from attributes, in either quotes', async () => {
    const description = `<rdf:Description xmp:CreatorTool="Darkroom &quot;3&quot;" exif:GPSLatitude='51,30N'/>`;
    expect(await read(withSegments(plain, [xmpSegment(description)]))).toMatchObject({
      software: 'Darkroom "3"',
      hadGps: true,
    });
  });

  it('changes nothing beyond the answer', async () => {
    const evil = '<__proto__:polluted>1</__proto__:polluted><dc:title>x</dc:title>';
    expect((await read(withSegments(plain, [xmpSegment(evil)]))).title).toBe('x');
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });
});

describe('IPTC', () => {
  it('tells title, caption, people and keywords, in UTF-8 or Latin-1', async () => {
    const iptc = iptcSegment([
      [5, Buffer.from('Garten')],
      [120, Buffer.from('Im Frühling', 'latin1')],
      [80, Buffer.from('Zoë', 'utf8')],
      [116, Buffer.from('Zoë 2026', 'latin1')],
      [25, Buffer.from('garden')],
      [25, Buffer.from('spring')],
    ]);
    expect(await read(withSegments(plain, [iptc]))).toEqual({
      ...nothing,
      format: 'jpeg',
      title: 'Garten',
      description: 'Im Frühling',
      artist: 'Zoë',
      copyright: 'Zoë 2026',
      keywords: ['garden', 'spring'],
    });
  });

  it('comes after XMP, and adds its keywords', async () => {
    const picture = withSegments(plain, [
      xmpSegment('<dc:title>Newer</dc:title><dc:subject><rdf:Bag><rdf:li>a</rdf:li></rdf:Bag></dc:subject>'),
      iptcSegment([
        [5, Buffer.from('Older')],
        [25, Buffer.from('a')],
        [25, Buffer.from('b')],
      ]),
    ]);
    expect(await read(picture)).toMatchObject({ title: 'Newer', keywords: ['a', 'b'] });
  });
});

describe('what nobody should trust', () => {
  it('bounds texts and lists, and tells them on one line', async () => {
    const items = Array.from({ length: 900 }, (_, n) => `<rdf:li>${n}${'x'.repeat(30)}</rdf:li>`).join('');
    const { title, keywords } = await read(
      withSegments(plain, [
        xmpSegment(
          `<dc:title> a\0b\n\tc ${'🐛'.repeat(400)}</dc:title><dc:subject><rdf:Bag>${items}</rdf:Bag></dc:subject>`,
        ),
      ]),
    );
    expect(title).toMatch(/^a b c (🐛){294}$/u);
    expect(keywords).toHaveLength(50);
  });

  it.each([
    ['a directory beyond the end', Buffer.from('II*\0\xff\xff\0\0', 'latin1')],
    ['a value beyond the end', tiff([[0x010f, 2, 20, 60_000]])],
    ['a value of four billion numbers', tiff([[0x0112, 4, 0xffffffff, 8]])],
    ['a text of four billion letters', tiff([[0x010f, 2, 0xffffffff, 8]])],
    ['an unknown type', tiff([[0x010f, 99, 1, 0]])],
    ['a directory that leads to itself', tiff([[0x8769, 4, 1, 8]])],
    ['a number for a name', tiff([[0x010f, 3, 1, 7]])],
    ['a place that is no number', tiff([[0x8825, 4, 1, 8]])],
  ])('takes EXIF with %s for none', async (_, block) => {
    expect(await read(withSegments(plain, [exifSegment(block)]))).toEqual({ ...nothing, format: 'jpeg' });
  });

  it.each([
    ['an element that never ends', '<dc:title>'.repeat(3000)],
    ['a list that never ends', `<dc:subject>${'<rdf:li>'.repeat(3000)}`],
    ['tags that never end', `<dc:subject>${'<rdf:li '.repeat(3000)}</dc:subject>`],
    ['quotes that never end', ' dc:title="x'],
    ['a character beyond Unicode', '<dc:title>&#x7fffffff;&#99999999999;</dc:title>'],
  ])('takes XMP with %s for none', async (_, properties) => {
    expect(await read(withSegments(plain, [xmpSegment(properties)]))).toEqual({ ...nothing, format: 'jpeg' });
  });

  it('answers what its event allows, whatever stands in the metadata', async () => {
    const image = imageOf(uploaded());
    const { metadata } = good['ImageScanned.v1'](image).detail;
    const anyMetadata = fc.record({
      flips: fc.array(fc.tuple(fc.nat(camera.length), fc.nat(255)), { maxLength: 40 }),
      keepGps: fc.boolean(),
      xmp: fc.string({ unit: 'binary', maxLength: 200 }),
      iptc: fc.array(fc.tuple(fc.nat(255), fc.uint8Array({ maxLength: 50 })), { maxLength: 5 }),
      cutAt: fc.integer({ min: 3, max: camera.length }),
    });
    await fc.assert(
      fc.asyncProperty(anyMetadata, async ({ flips, keepGps, xmp, iptc, cutAt }) => {
        const picture = withSegments(camera.subarray(0, cutAt), [
          xmpSegment(`<dc:title>${xmp}</dc:title>`),
          iptcSegment(iptc.map(([dataSet, value]) => [dataSet, Buffer.from(value)])),
        ]);
        for (const [at, value] of flips) if (at >= 3) picture[Math.min(at, picture.length - 1)] = value;
        const result = await readMetadata(picture, { keepGps });
        const data = JSON.parse(JSON.stringify({ image, tookMs: 1, result }));
        expect(metadataReadV1.validate({ metadata, data }), JSON.stringify(data)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});

it.each([
  ['a picture', photo('portrait.png'), 'png'],
  ['an animation', await animated('gif'), 'gif'],
  ['a HEIC picture', Buffer.from('\0\0\0\x18ftypheic\0\0\0\0heicmif1', 'latin1'), 'heif'],
  ['a JPEG cut off', plain.subarray(0, 100), 'jpeg'],
])('answers for %s that says nothing', async (_, bytes, format) => {
  expect(await read(bytes)).toEqual({ ...nothing, format });
});

it.each([
  ['an empty file', empty, 'empty'],
  ['a text', notAnImage, 'not-an-image'],
  ['an SVG', plainSvg, 'unsupported-format'],
])('refuses %s', async (_, bytes, code) => {
  await expect(read(bytes)).rejects.toMatchObject({ name: 'UnusableImageError', code });
});

it('refuses a setting that is neither true nor false', () => {
  expect(() => readMetadataSettings({ KEEP_GPS: 'yes' })).toThrow('KEEP_GPS is "yes"');
});

/** The answer as the event carries it, without the settings of any stage. */
async function read(bytes: Buffer) {
  return readMetadata(bytes, readMetadataSettings({}));
}
