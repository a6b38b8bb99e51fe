import { CopyObjectCommand, DeleteObjectCommand, HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { type Image, imagePrefixes } from '../image.ts';
import type { Findings } from './threat.ts';

/** Findings about a picture, and where it lies. */
export interface Quarantined extends Findings {
  readonly key: string;
}

export interface Quarantine {
  /**
   * Moves a picture with threats, exactly the bytes that were scanned. May be repeated after a crash anywhere. Undefined when
   * they are no longer where they were uploaded.
   */
  move(image: Image, findings: Findings): Promise<Quarantined | undefined>;
  /** What was found in a picture that was moved, as it was told then; undefined for one that was not. */
  find(image: Image): Promise<Quarantined | undefined>;
}

export function createQuarantine(s3: S3Client): Quarantine {
  return {
    async move(image, findings) {
      const { bucket, key, etag } = image;
      const quarantineKey = keyOf(image);
      const ifMatch = `"${etag}"`;
      const copied = await s3
        .send(
          new CopyObjectCommand({
            Bucket: bucket,
            Key: quarantineKey,
            CopySource: `${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`,
            CopySourceIfMatch: ifMatch,
            // No browser is to show it.
            ContentType: 'application/octet-stream',
            MetadataDirective: 'REPLACE',
            Metadata: { findings: encode(findings) },
            TaggingDirective: 'REPLACE',
            Tagging: tagsOf(findings),
          }),
        )
        .catch(undefinedIfMoved);
      if (!copied) return undefined;
      // Another upload under this key is a picture of its own.
      await s3
        .send(new DeleteObjectCommand({ Bucket: bucket, Key: key, IfMatch: ifMatch }))
        .catch(undefinedIfMoved);
      return { ...findings, key: quarantineKey };
    },

    async find(image) {
      const key = keyOf(image);
      const head = await s3
        .send(new HeadObjectCommand({ Bucket: image.bucket, Key: key }))
        .catch(undefinedIfMoved);
      const findings = head?.Metadata?.findings;
      return findings === undefined ? undefined : { ...decode(findings), key };
    },
  };
}

/** The end of the name, whose extension tells most. */
function keyOf({ imageId, key }: Image): string {
  const name = key.slice(key.lastIndexOf('/') + 1) || 'unnamed';
  return `${imagePrefixes.quarantine}${imageId}/${[...name].slice(-200).join('')}`;
}

function undefinedIfMoved(error: unknown): undefined {
  if (error instanceof Error && MOVED.has(error.name)) return undefined;
  throw error;
}

const MOVED: ReadonlySet<string> = new Set(['NoSuchKey', 'NotFound', 'PreconditionFailed']);

/** Tags take letters, numbers and a few signs. */
function tagsOf({ threats }: Findings): string {
  const rule = (threats[0]?.rule ?? '').replace(/[^\w .:/=+@-]/g, '_');
  return new URLSearchParams({ verdict: 'threat', rule }).toString();
}

/** Metadata takes ASCII. */
function encode({ engines, threats }: Findings): string {
  return Buffer.from(JSON.stringify({ engines, threats })).toString('base64');
}

function decode(text: string): Findings {
  return JSON.parse(Buffer.from(text, 'base64').toString());
}
