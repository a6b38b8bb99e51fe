import exifr from 'exifr';

export interface Exif {
  readonly make?: string;
  readonly model?: string;
  readonly lens?: string;
  readonly takenAt?: string;
  readonly software?: string;
  readonly artist?: string;
  readonly copyright?: string;
  readonly description?: string;
  readonly orientation?: number;
  readonly width?: number;
  readonly height?: number;
  readonly hasGps: boolean;
  readonly gps?: Gps;
}

/** Degrees; south and west are negative. */
export interface Gps {
  readonly latitude: number;
  readonly longitude: number;
}

/** Reads what we tell of a picture's EXIF; what is broken is absent. */
export async function readExif(bytes: Buffer): Promise<Exif> {
  const { ifd0 = {}, exif = {}, gps = {} } = await parseTiff(findExif(bytes));
  return {
    make: text(ifd0.Make),
    model: text(ifd0.Model),
    lens: text(exif.LensModel),
    takenAt: dateOf(exif.DateTimeOriginal, exif.OffsetTimeOriginal),
    software: text(ifd0.Software),
    artist: text(ifd0.Artist),
    copyright: text(ifd0.Copyright),
    description: text(ifd0.ImageDescription),
    orientation: whole(ifd0.Orientation, 8),
    width: whole(exif.ExifImageWidth, PIXELS_MAX),
    height: whole(exif.ExifImageHeight, PIXELS_MAX),
    hasGps: gps.GPSLatitude !== undefined || gps.GPSLongitude !== undefined,
    gps: placeOf(gps.latitude, gps.longitude),
  };
}

/**
 * exifr gets nothing but the EXIF block, a small one: of a whole file made to do so, its readers of containers take all memory,
 * and its reader of XMP takes ages and writes to `Object.prototype`.
 */
async function parseTiff(tiff: Uint8Array | undefined): Promise<Blocks> {
  if (!tiff) return {};
  try {
    return (await exifr.parse(tiff, options)) ?? {};
  } catch {
    return {};
  }
}

/**
 * The block begins with the order of its bytes, after what says in a container of this kind that EXIF follows. Looking for that
 * spares taking the containers apart, and finds the block of a file that is otherwise broken.
 */
function findExif(bytes: Buffer): Uint8Array | undefined {
  const start = ['II*\0', 'MM\0*']
    .flatMap((header) => firstExif(bytes, header) ?? [])
    .sort((a, b) => a - b)[0];
  // A copy: exifr follows a wrong offset beyond a view's end, into whatever shares its memory.
  return start === undefined ? undefined : new Uint8Array(bytes.subarray(start, start + EXIF_MAX_BYTES));
}

function firstExif(bytes: Buffer, header: string): number | undefined {
  for (let at = bytes.indexOf(header); at !== -1; at = bytes.indexOf(header, at + 1)) {
    const before = bytes.toString('latin1', Math.max(0, at - 8), at);
    if (INTRODUCTIONS.some((is) => is(before))) return at;
  }
  return undefined;
}

const INTRODUCTIONS: readonly ((before: string) => boolean)[] = [
  // JPEG; WebP and AVIF, from some writers
  (before) => before.endsWith('Exif\0\0'),
  // PNG
  (before) => before.endsWith('eXIf'),
  // WebP: four bytes of length between
  (before) => before.startsWith('EXIF'),
  // AVIF and HEIF: no bytes to skip
  (before) => before.endsWith('\0\0\0\0'),
];

const options = {
  ifd0: { pick: ['Make', 'Model', 'Software', 'Artist', 'Copyright', 'ImageDescription', 'Orientation'] },
  exif: {
    pick: ['LensModel', 'DateTimeOriginal', 'OffsetTimeOriginal', 'ExifImageWidth', 'ExifImageHeight'],
  },
  gps: { pick: ['GPSLatitudeRef', 'GPSLatitude', 'GPSLongitudeRef', 'GPSLongitude'] },
  mergeOutput: false,
  translateValues: false,
  reviveValues: false,
};

interface Blocks {
  readonly ifd0?: Tags;
  readonly exif?: Tags;
  readonly gps?: Tags;
}

/** Whoever made the file chose the types. */
type Tags = Readonly<Record<string, unknown>>;

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function whole(value: unknown, max: number): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= max
    ? value
    : undefined;
}

/** `2026:05:04 03:02:01`, `+02:00` -> `2026-05-04T03:02:01+02:00` */
function dateOf(date: unknown, offset: unknown): string | undefined {
  const [, year, month, day, time] = /^(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)/.exec(text(date) ?? '') ?? [];
  const local = `${year}-${month}-${day}T${time}`;
  if (Number.isNaN(Date.parse(local))) return undefined;
  return local + (/^[+-]\d\d:\d\d$/.exec(text(offset) ?? '')?.[0] ?? '');
}

function placeOf(latitude: unknown, longitude: unknown): Gps | undefined {
  if (typeof latitude !== 'number' || typeof longitude !== 'number') return undefined;
  // NaN, from a division by zero, is not within either.
  const isOnEarth = Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
  return isOnEarth ? { latitude: round(latitude), longitude: round(longitude) } : undefined;
}

/** To a tenth of a metre. */
function round(degrees: number): number {
  return Math.round(degrees * 1e6) / 1e6;
}

/** Of a camera's notes and previews it holds the beginning only, which is where the rest lies. */
const EXIF_MAX_BYTES = 256 * 1024;

const PIXELS_MAX = 1_000_000;
