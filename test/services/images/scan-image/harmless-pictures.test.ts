import { gzipSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { findThreats } from '../../../../services/images/scan-image/find-threats.ts';
import {
  animated,
  cameraJpeg,
  cmykJpeg,
  largeFile,
  manyFaces,
  notAnImage,
  photo,
  plainSvg,
  truncated,
  withOrientation,
} from '../../../pictures/index.ts';
import { openEngines } from './open-engines.ts';

const engines = openEngines();
const photos = ['portrait.png', 'cat.png', 'coffee.png', 'rocket.jpg'] as const;

const encodings: Readonly<Record<string, (picture: Sharp) => Sharp>> = {
  'JPEG of poor quality': (picture) => picture.jpeg({ quality: 10 }),
  'JPEG of full quality': (picture) => picture.jpeg({ quality: 100, chromaSubsampling: '4:4:4' }),
  'progressive JPEG with a profile': (picture) => picture.jpeg({ progressive: true }).withIccProfile('p3'),
  PNG: (picture) => picture.png(),
  'PNG of 16 bits, not packed': (picture) => picture.toColourspace('rgb16').png({ compressionLevel: 0 }),
  'PNG with a palette and Exif': (picture) =>
    picture.png({ palette: true }).withExif({ IFD0: { Artist: 'Ada', Software: 'Eval (2026)' } }),
  WebP: (picture) => picture.webp(),
  'lossless WebP with XMP': (picture) => picture.webp({ lossless: true }).withXmp(XMP),
  GIF: (picture) => picture.gif({ effort: 1 }),
  AVIF: (picture) => picture.resize(96).avif({ effort: 0 }),
  TIFF: (picture) => picture.tiff({ compression: 'lzw' }),
};

/** As picture editors write it. */
const XMP = `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="Adobe XMP Core 9.1"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title><rdf:Alt><rdf:li xml:lang="x-default">Scripting &lt;script&gt; in JavaScript: a book, on load</rdf:li></rdf:Alt></dc:title>
<dc:description>Manuscript (medieval), archive.zip, onset=5 http://example.com/index.php?eval=1</dc:description></rdf:Description>
</rdf:RDF></x:xmpmeta>${' '.repeat(2_000)}<?xpacket end="w"?>`;

const others: Readonly<Record<string, () => Buffer | Promise<Buffer>>> = {
  'an animated GIF': () => animated('gif'),
  'an animated WebP': () => animated('webp'),
  'a picture of a camera': cameraJpeg,
  'a picture in CMYK': cmykJpeg,
  'six faces': () => manyFaces(6),
  'a picture that lies on its side': () => withOrientation(6),
  'half a JPEG': () => truncated('jpeg'),
  'half a PNG': () => truncated('png'),
  'half a WebP': () => truncated('webp'),
  'a JPEG with megabytes of zeros behind it': () => largeFile(3_000_000),
  'two JPEGs in one, as phones write them': async () => Buffer.concat([await cameraJpeg(), await cmykJpeg()]),
  'a JPEG and a film, as phones write them': async () =>
    Buffer.concat([await cameraJpeg(), Buffer.from('\0\0\0\x18ftypmp42\0\0\0\0isommp42'), noise(500_000, 7)]),
  'sixty megapixels of a camera': async () => {
    // Declared, in as many bytes as they have.
    const jpeg = Buffer.concat([await cameraJpeg(), noise(8_000_000, 3)]);
    const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
    jpeg.writeUInt16BE(6_000, frame + 5);
    jpeg.writeUInt16BE(10_000, frame + 7);
    return jpeg;
  },
  'a drawing': () => plainSvg,
  'a packed drawing': () => gzipSync(plainSvg),
  'a letter': () => notAnImage,
  nothing: () => Buffer.alloc(0),
};

async function expectClean(bytes: Buffer): Promise<void> {
  expect((await findThreats(bytes, engines)).threats).toEqual([]);
}

describe.each(photos)('%s is clean', (name) => {
  it('as it is', () => expectClean(photo(name)));
  it.each(Object.entries(encodings))('as %s', async (_, encode) => {
    await expectClean(await encode(sharp(photo(name)).resize(240)).toBuffer());
  });
});

it.each(Object.entries(others))('%s: clean', async (_, make) => expectClean(await make()));

it('finds nothing in noise, which is what pixels are to a rule', async () => {
  for (let seed = 1; seed <= 6; seed += 1) {
    const raw = { width: 600, height: 400 + seed, channels: 3 as const };
    const picture = sharp(noise(raw.width * raw.height * 3, seed), { raw });
    await expectClean(await picture.clone().png({ compressionLevel: 0 }).toBuffer());
    await expectClean(await picture.clone().jpeg({ quality: 95 }).toBuffer());
    await expectClean(await picture.clone().webp().toBuffer());
  }
});

/** The same for the same seed, and as even as chance. */
function noise(bytes: number, seed: number): Buffer {
  const words = new Uint32Array(Math.ceil(bytes / 4));
  let state = seed;
  for (let at = 0; at < words.length; at += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[at] = state;
  }
  return Buffer.from(words.buffer, 0, bytes);
}
