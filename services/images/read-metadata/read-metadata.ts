import { acceptedFormatOf } from '../accepted-format.ts';
import type { ImageFormat } from '../image-format.ts';
import { cleanText } from './clean-text.ts';
import type { MetadataSettings } from './metadata-settings.ts';
import { type Gps, readExif } from './read-exif.ts';
import { readIptc } from './read-iptc.ts';
import { readXmp } from './read-xmp.ts';

/** What a picture says about itself. What it does not say, or says in a way nobody can read, is absent. */
export interface ImageMetadata {
  readonly format: ImageFormat;
  /** The camera's. */
  readonly make?: string;
  readonly model?: string;
  readonly lens?: string;
  /** By the camera's clock: `2026-05-04T03:02:01`, with the offset from UTC if the camera knew it. */
  readonly takenAt?: string;
  readonly software?: string;
  readonly artist?: string;
  readonly copyright?: string;
  readonly title?: string;
  readonly description?: string;
  readonly keywords: string[];
  /** How the stored pixels are turned, 1 to 8. */
  readonly orientation?: number;
  /** Pixels, as the camera wrote them down: a picture that was cut since may have others. */
  readonly width?: number;
  readonly height?: number;
  /** Whether it says where it was taken. */
  readonly hadGps: boolean;
  /** Where, in degrees, if that is to be kept. */
  readonly gps?: Gps;
}

/**
 * Summarises EXIF, IPTC and XMP; EXIF counts before XMP, XMP before IPTC. Broken metadata is no metadata. Throws
 * `UnusableImageError` for what is not a picture that we take.
 */
export async function readMetadata(bytes: Buffer, { keepGps }: MetadataSettings): Promise<ImageMetadata> {
  const format = acceptedFormatOf(bytes);
  const { hasGps, gps, ...exif } = await readExif(bytes);
  const xmp = readXmp(bytes);
  const iptc = readIptc(bytes);
  const keywords = [...xmp.keywords, ...iptc.keywords].flatMap((word) => cleanText(word, 100) ?? []);
  return {
    format,
    make: cleanText(exif.make, 100),
    model: cleanText(exif.model, 100),
    lens: cleanText(exif.lens, 100),
    takenAt: exif.takenAt,
    software: cleanText(exif.software ?? xmp.software, 100),
    artist: cleanText(exif.artist ?? xmp.artist ?? iptc.artist, 300),
    copyright: cleanText(exif.copyright ?? xmp.copyright ?? iptc.copyright, 300),
    title: cleanText(xmp.title ?? iptc.title, 300),
    description: cleanText(exif.description ?? xmp.description ?? iptc.description, 2000),
    keywords: [...new Set(keywords)].slice(0, 50),
    orientation: exif.orientation,
    width: exif.width,
    height: exif.height,
    hadGps: hasGps || xmp.hasGps,
    gps: keepGps ? gps : undefined,
  };
}
