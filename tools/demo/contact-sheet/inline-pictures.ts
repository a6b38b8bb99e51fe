import { readFile } from 'node:fs/promises';
import { GetObjectCommand, NoSuchKey, type S3Client } from '@aws-sdk/client-s3';
import { openImage, render } from '../../../services/images/decode-image.ts';
import { IMAGE_MAX_BYTES } from '../../../services/images/read-image.ts';
import { UnusableImageError } from '../../../services/images/unusable-image-error.ts';
import { formatBytes } from '../format-bytes.ts';
import type { Picture } from '../images/list-pictures.ts';
import { resultOf } from '../images/picture-board.ts';
import type { PictureOutcome, ServiceOutcome } from '../images/run-images-demo.ts';
import type { ShownPicture } from './contact-sheet.ts';

export interface InlinerOptions {
  readonly s3: S3Client;
  readonly bucket: string;
  /** How much the pictures of a page may add up to. @default 24 MB */
  readonly budgetBytes?: number;
}

/** Brings the pictures of a page in, one after another, as long as there is room for them. */
export function createInliner({ s3, bucket, budgetBytes = 24_000_000 }: InlinerOptions) {
  let left = budgetBytes;

  return async function inline({ record, services }: PictureOutcome): Promise<ShownPicture> {
    const made = new Map<string, string>();
    for (const { key, format } of services.flatMap(({ answer }) => madePictures(answer?.result))) {
      const bytes = left > 0 ? await fetch(key) : undefined;
      if (bytes) made.set(key, take(format, bytes));
    }
    const reason = whyHidden(services);
    return {
      original: reason === undefined ? await inlineOriginal(record.picture) : { reason },
      made,
    };
  };

  async function inlineOriginal({ file, bytes }: Picture): Promise<ShownPicture['original']> {
    if (bytes > IMAGE_MAX_BYTES) return { reason: `it has ${formatBytes(bytes)}` };
    if (left <= 0) return { reason: 'the page would become too large' };
    try {
      const { image } = await openImage(await readFile(file));
      const scaled = image.resize(LONGEST_SIDE, LONGEST_SIDE, { fit: 'inside', withoutEnlargement: true });
      const { data, info } = await render(scaled.webp({ quality: 82 }));
      return { src: take('webp', data), width: info.width, height: info.height };
    } catch (error) {
      if (error instanceof UnusableImageError) return { reason: error.message };
      throw error;
    }
  }

  async function fetch(Key: string): Promise<Buffer | undefined> {
    try {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
      return Body && Buffer.from(await Body.transformToByteArray());
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }

  function take(format: string, bytes: Buffer): string {
    left -= bytes.length;
    return `data:image/${format};base64,${bytes.toString('base64')}`;
  }
}

/** Only what was scanned and found clean is shown, where there is a scan. */
function whyHidden(services: readonly ServiceOutcome[]): string | undefined {
  const scan = services.find(({ service }) => service.answer === 'ImageScanned.v1');
  if (!scan) return undefined;
  if (!scan.answer) return 'it was not scanned for threats';
  const result = resultOf(scan.answer, 'ImageScanned.v1');
  if (!result) return scan.answer.refusal?.reason;
  return result.clean
    ? undefined
    : `a threat was found in it (${result.threats.map(({ rule }) => rule).join(', ')})`;
}

const LONGEST_SIDE = 1024;

/** What a browser shows, and cannot run. */
const SHOWABLE: ReadonlySet<string> = new Set(['avif', 'jpeg', 'png', 'webp']);

interface MadePicture {
  readonly key: string;
  readonly format: string;
}

/** The pictures that a result tells of: itself and its thumbnails. */
function madePictures(result: object = {}): readonly MadePicture[] {
  const { thumbnails = [] } = result as { readonly thumbnails?: readonly object[] };
  return [...thumbnails, result].filter((one): one is MadePicture => {
    const { key, format } = one as Partial<MadePicture>;
    return typeof key === 'string' && typeof format === 'string' && SHOWABLE.has(format);
  });
}
