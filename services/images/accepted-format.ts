import { formatOf, type ImageFormat, otherKindOf } from './image-format.ts';
import { UnusableImageError } from './unusable-image-error.ts';

/** The format of a picture that we take, told by its first bytes. Throws `UnusableImageError` for everything else. */
export function acceptedFormatOf(bytes: Buffer): ImageFormat {
  if (bytes.length === 0) throw new UnusableImageError('empty', 'the file has no bytes');
  const format = formatOf(bytes);
  if (format) return format;
  const { words, isImage } = otherKindOf(bytes);
  throw new UnusableImageError(
    isImage ? 'unsupported-format' : 'not-an-image',
    `the file is ${words}: JPEG, PNG, WebP, GIF and AVIF are accepted`,
  );
}
