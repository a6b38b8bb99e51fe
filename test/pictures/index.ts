import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { hugeHeader, withText } from './png-chunks.ts';

export { hugeHeader, withText };

export const photosFolder = join(import.meta.dirname, '../../tools/demo/pictures');

export type PhotoName = 'portrait.png' | 'cat.png' | 'coffee.png' | 'rocket.jpg';

export function photo(name: PhotoName): Buffer {
  return readFileSync(join(photosFolder, name));
}

/** So many faces, 1 to 6: the portrait and its mirror image side by side, in one or two rows. */
export async function manyFaces(count: number): Promise<Buffer> {
  const side = 340;
  const columns = Math.min(count, 3);
  const face = sharp(photo('portrait.png')).extract({ left: 60, top: 0, width: 340, height: 340 });
  const [plain, mirrored] = await Promise.all([
    face.clone().png().toBuffer(),
    face.clone().flop().png().toBuffer(),
  ]);
  const places = Array.from({ length: count }, (_, n) => ({
    input: n % 2 === 0 ? plain : mirrored,
    left: (n % columns) * side,
    top: Math.floor(n / columns) * side,
  }));
  const height = Math.ceil(count / columns) * side;
  return canvas(columns * side, height, '#8a8f98')
    .composite(places)
    .jpeg({ quality: 92 })
    .toBuffer();
}

/** The corners of `withOrientation` when it is upright: red, green, blue and yellow, clockwise from top left. */
export const uprightSize = { width: 120, height: 80 } as const;
export const uprightCorners = ['red', 'green', 'blue', 'yellow'] as const;

/** A JPEG whose pixels are stored as a camera of this EXIF orientation, 1 to 8, stores them. */
export async function withOrientation(orientation: number): Promise<Buffer> {
  const { width, height } = uprightSize;
  const corner = { width: width / 2, height: height / 2, channels: 3 as const };
  const [red, green, blue, yellow] = await Promise.all(
    ['#ff0000', '#00ff00', '#0000ff', '#ffff00'].map((background) =>
      sharp({ create: { ...corner, background } })
        .png()
        .toBuffer(),
    ),
  );
  const upright = await canvas(width, height, 'black')
    .composite([
      { input: red, left: 0, top: 0 },
      { input: green, left: corner.width, top: 0 },
      { input: blue, left: corner.width, top: corner.height },
      { input: yellow, left: 0, top: corner.height },
    ])
    .png()
    .toBuffer();
  return (await store(sharp(upright), orientation))
    .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
    .withMetadata({ orientation })
    .toBuffer();
}

/** The inverse of what makes a picture of this orientation upright. */
async function store(upright: Sharp, orientation: number): Promise<Sharp> {
  const then = async (image: Sharp) => sharp(await image.png().toBuffer());
  switch (orientation) {
    case 2:
      return upright.flop();
    case 3:
      return upright.rotate(180);
    case 4:
      return upright.flip();
    case 5:
      return (await then(upright.rotate(90))).flop();
    case 6:
      return upright.rotate(270);
    case 7:
      return (await then(upright.rotate(270))).flop();
    case 8:
      return upright.rotate(90);
    default:
      return upright;
  }
}

/** A JPEG of a camera: make, model, lens, date, artist, and where it was taken. */
export async function cameraJpeg(): Promise<Buffer> {
  return sharp(photo('portrait.png'))
    .resize(256)
    .jpeg()
    .withExif({
      IFD0: { Make: 'Fanbus', Model: 'One', Software: 'Darkroom 2', Artist: 'Ada', Copyright: 'Ada 2026' },
      IFD2: { DateTimeOriginal: '2026:05:04 03:02:01', LensModel: '50 mm' },
      IFD3: {
        GPSLatitudeRef: 'N',
        GPSLatitude: '51/1 30/1 0/1',
        GPSLongitudeRef: 'W',
        GPSLongitude: '0/1 7/1 30/1',
      },
    })
    .toBuffer();
}

export async function cmykJpeg(): Promise<Buffer> {
  return sharp(photo('portrait.png')).resize(256).toColourspace('cmyk').jpeg().toBuffer();
}

/** An animation of the portrait and so many mirror images and rotations of it. */
export async function animated(format: 'gif' | 'webp', frames = 3): Promise<Buffer> {
  const portrait = await sharp(photo('portrait.png')).resize(128, 128).png().toBuffer();
  const inputs = await Promise.all(
    Array.from({ length: frames }, (_, n) =>
      sharp(portrait)
        .flop(n % 2 === 1)
        .png()
        .toBuffer(),
    ),
  );
  const joined = sharp(inputs, { join: { animated: true } });
  return format === 'gif' ? joined.gif().toBuffer() : joined.webp().toBuffer();
}

/** The first half of a picture. */
export async function truncated(format: 'jpeg' | 'png' | 'webp' = 'jpeg'): Promise<Buffer> {
  const whole = await sharp(photo('portrait.png')).toFormat(format).toBuffer();
  return whole.subarray(0, Math.floor(whole.length / 2));
}

export const empty = Buffer.alloc(0);

export const notAnImage = Buffer.from('Dear Ada,\n\nthis is a letter and no picture.\n');

export const plainSvg = Buffer.from(
  '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><circle cx="32" cy="32" r="30"/></svg>',
);

export const svgWithScript = Buffer.from(
  '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>fetch("https://example.com")</script></svg>',
);

/** The EICAR test string, put together here so that no scanner takes this file for it. */
export const eicar = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('');

/** A harmless photograph with the EICAR test string in its metadata. */
export async function eicarPng({ isCompressed = false } = {}): Promise<Buffer> {
  const png = await sharp(photo('coffee.png')).resize(200).png().toBuffer();
  return withText(png, { keyword: 'Comment', text: eicar, isCompressed });
}

/** A JPEG with a comment in it. */
export async function jpegWithComment(text: string): Promise<Buffer> {
  const jpeg = await sharp(photo('coffee.png')).resize(200).jpeg().toBuffer();
  const comment = Buffer.from(text, 'latin1');
  const head = Buffer.from([0xff, 0xfe, (comment.length + 2) >> 8, (comment.length + 2) & 0xff]);
  return Buffer.concat([jpeg.subarray(0, 2), head, comment, jpeg.subarray(2)]);
}

/** A JPEG followed by padding to this many bytes. */
export async function largeFile(bytes: number): Promise<Buffer> {
  const whole = Buffer.alloc(bytes);
  whole.set(await sharp(photo('coffee.png')).jpeg().toBuffer());
  return whole;
}

/** The nth of many pictures that all differ, small and quick to work on: no face in any. */
export async function distinct(n: number): Promise<Buffer> {
  const background = { r: (n * 47) % 256, g: (n * 91) % 256, b: (n * 13) % 256 };
  const spot = await sharp({ create: { width: 20, height: 20, channels: 3, background: 'white' } })
    .png()
    .toBuffer();
  return sharp({ create: { width: 128, height: 96, channels: 3, background } })
    .composite([{ input: spot, left: (n * 7) % 100, top: (n * 5) % 70 }])
    .jpeg()
    .toBuffer();
}

function canvas(width: number, height: number, background: string): Sharp {
  return sharp({ create: { width, height, channels: 3, background } });
}
