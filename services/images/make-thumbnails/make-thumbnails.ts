import sharp, { type Sharp } from 'sharp';
import { type OpenedImage, openImage, render } from '../decode-image.ts';
import type { ThumbnailSettings, Variant } from './thumbnail-settings.ts';

/** An encoded thumbnail. The size is what was asked for: a small picture is never enlarged. */
export interface Thumbnail {
  readonly variant: Variant;
  readonly size: number;
  readonly width: number;
  readonly height: number;
  readonly format: 'webp' | 'jpeg';
  readonly data: Buffer;
}

export interface Thumbnails {
  readonly picture: Omit<OpenedImage, 'image'>;
  readonly thumbnails: readonly Thumbnail[];
}

/**
 * Makes every thumbnail of a picture: upright, sRGB, without metadata, each as WebP and as JPEG (on white where the picture is
 * transparent). Throws `UnusableImageError`.
 */
export async function makeThumbnails(
  bytes: Buffer,
  { sizes, variants }: ThumbnailSettings,
): Promise<Thumbnails> {
  const { image, ...picture } = await openImage(bytes);
  const thumbnails: Thumbnail[] = [];
  const largestFirst = sizes.toSorted((a, b) => b - a);
  for (const variant of variants) {
    // Each is made of the next larger one: the picture itself is decoded once, and every square shows the same crop.
    let source = image;
    for (const size of largestFirst) {
      const { data, info } = await render(cut(source, variant, size, picture).raw());
      const { width, height, channels } = info;
      source = sharp(data, { raw: { width, height, channels } });
      thumbnails.push(...(await encode(source, { variant, size, width, height })));
    }
  }
  return { picture, thumbnails };
}

function cut(source: Sharp, variant: Variant, size: number, { width, height }: Size): Sharp {
  if (variant === 'inside')
    return source.clone().resize(size, size, { fit: 'inside', withoutEnlargement: true });
  const side = Math.min(size, width, height);
  return source.clone().resize(side, side, { fit: 'cover', position: sharp.strategy.attention });
}

async function encode(
  source: Sharp,
  shape: Pick<Thumbnail, 'variant' | 'size' | 'width' | 'height'>,
): Promise<Thumbnail[]> {
  const [webp, jpeg] = await Promise.all([
    source.clone().webp({ quality: 80 }).toBuffer(),
    source.clone().flatten({ background: 'white' }).jpeg({ quality: 82, mozjpeg: true }).toBuffer(),
  ]);
  return [
    { ...shape, format: 'webp', data: webp },
    { ...shape, format: 'jpeg', data: jpeg },
  ];
}

interface Size {
  readonly width: number;
  readonly height: number;
}
