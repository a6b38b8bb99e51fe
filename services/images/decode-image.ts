import sharp, { type Metadata, type OutputInfo, type Sharp } from 'sharp';
import { acceptedFormatOf } from './accepted-format.ts';
import type { ImageFormat } from './image-format.ts';
import { UnusableImageError } from './unusable-image-error.ts';

// A function meets each picture once: what libvips keeps of the last one is memory for nothing.
sharp.cache(false);

export interface OpenedImage {
  /** The first frame, upright, in sRGB; decoded when it is rendered. `clone()` it to render it more than once. */
  readonly image: Sharp;
  /** Pixels of the upright picture. */
  readonly width: number;
  readonly height: number;
  readonly format: ImageFormat;
  /** Frames of an animation, 1 for a still picture. */
  readonly pages: number;
}

export interface RgbPixels {
  /** Three bytes a pixel, row by row. */
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/**
 * Reads a picture's header and says how to decode it. Throws `UnusableImageError` for what is not a picture we take or
 * declares more than 50 megapixels. Damage beyond the header shows when it is rendered: do that with `render`.
 */
export async function openImage(bytes: Buffer): Promise<OpenedImage> {
  const format = acceptedFormatOf(bytes);
  const { autoOrient, pages = 1, compression } = await readHeader(bytes, format);
  const { width, height } = autoOrient;
  if (format === 'heif' && compression !== 'av1') {
    throw new UnusableImageError(
      'unsupported-format',
      'HEIC pictures cannot be decoded: upload it as JPEG, PNG, WebP or AVIF',
    );
  }
  if (width * height > MAX_PIXELS) {
    throw new UnusableImageError(
      'too-many-pixels',
      `the picture declares ${width} × ${height} pixels, ${MAX_PIXELS / 1e6} million are allowed: make it smaller`,
    );
  }
  const image = sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: FAIL_ON })
    .autoOrient()
    .toColourspace('srgb');
  return { image, width, height, format, pages };
}

/** Renders what began with `openImage`. Throws `UnusableImageError` when the picture turns out to be damaged. */
export async function render(image: Sharp): Promise<{ readonly data: Buffer; readonly info: OutputInfo }> {
  try {
    return await image.toBuffer({ resolveWithObject: true });
  } catch (error) {
    throw asDamage(error);
  }
}

/** The pixels as a model sees them, on white where the picture is transparent. Throws as `render` does. */
export async function readRgb(image: Sharp): Promise<RgbPixels> {
  const { data, info } = await render(image.clone().flatten({ background: 'white' }).raw());
  return { data, width: info.width, height: info.height };
}

async function readHeader(bytes: Buffer, format: ImageFormat): Promise<Metadata> {
  try {
    // Without a limit here, so that the refusal can name the size.
    const header = await sharp(bytes, { limitInputPixels: false, failOn: FAIL_ON }).metadata();
    if (header.format !== (format === 'avif' ? 'heif' : format)) {
      throw new Error(`it begins as ${format} and goes on as ${header.format}`);
    }
    return header;
  } catch (error) {
    throw asDamage(error);
  }
}

/** sharp's errors have no codes. Only a lack of memory can be another thing than the picture's fault. */
function asDamage(error: unknown): unknown {
  if (!(error instanceof Error) || /memory/i.test(error.message)) return error;
  const cause = error.message.trim().split('\n').at(-1);
  return new UnusableImageError('damaged', `the picture is damaged or cut off (${cause}): upload it again`, {
    cause: error,
  });
}

const MAX_PIXELS = 50_000_000;

/** Truncated and broken pictures fail; a camera's harmless oddities do not. */
const FAIL_ON = 'error';
