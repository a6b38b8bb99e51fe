/** Which thumbnails are made: every size in every variant in every format. */
export interface ThumbnailSettings {
  /** Pixels, each once. */
  readonly sizes: readonly number[];
  readonly variants: readonly Variant[];
}

/** `square`: cropped around what draws the eye. `inside`: the whole picture, its longest side of that size. */
export type Variant = (typeof variants)[number];

const variants = ['square', 'inside'] as const;

/** Reads the settings `THUMBNAIL_SIZES` (`64,256,1024`) and `THUMBNAIL_VARIANTS` (`square,inside`). Throws for what cannot be. */
export function readThumbnailSettings({
  THUMBNAIL_SIZES = '64,256,1024',
  THUMBNAIL_VARIANTS = 'square,inside',
}: {
  readonly THUMBNAIL_SIZES?: string;
  readonly THUMBNAIL_VARIANTS?: string;
}): ThumbnailSettings {
  const sizes = [...new Set(THUMBNAIL_SIZES.split(',').map(Number))];
  if (sizes.length > 10 || sizes.some((size) => !Number.isInteger(size) || size < 16 || size > 4096)) {
    throw new Error(
      `THUMBNAIL_SIZES is "${THUMBNAIL_SIZES}", but must be 1 to 10 whole numbers from 16 to 4096, such as 64,256,1024.`,
    );
  }
  const wanted = [...new Set(THUMBNAIL_VARIANTS.split(','))];
  const known = variants.filter((variant) => wanted.includes(variant));
  if (known.length !== wanted.length) {
    throw new Error(
      `THUMBNAIL_VARIANTS is "${THUMBNAIL_VARIANTS}", but must name one or both of ${variants.join(',')}.`,
    );
  }
  return { sizes, variants: known };
}
