import { writeFile } from 'node:fs/promises';
import { S3Client } from '@aws-sdk/client-s3';
import type { System } from '../../start-system.ts';
import { clientSettings } from '../../target/client-settings.ts';
import type { ImagesDemoOutcome } from '../images/run-images-demo.ts';
import type { ShownPicture } from './contact-sheet.ts';
import { createInliner } from './inline-pictures.ts';
import { renderContactSheet } from './render-contact-sheet.ts';

/** Writes what became of the pictures as one HTML page. Returns its size in bytes. */
export async function writeContactSheet({
  system: { aws, names },
  outcome,
  sheet,
  signal,
}: {
  readonly system: System;
  readonly outcome: ImagesDemoOutcome;
  readonly sheet: string;
  readonly signal: AbortSignal;
}): Promise<number> {
  const s3 = new S3Client(clientSettings(aws));
  const inline = createInliner({ s3, bucket: names.imagesBucket });
  const shown: ShownPicture[] = [];
  try {
    for (const picture of outcome.pictures) {
      signal.throwIfAborted();
      shown.push(await inline(picture));
    }
  } finally {
    s3.destroy();
  }
  const page = Buffer.from(renderContactSheet({ outcome, madeAt: new Date(), shown }));
  await writeFile(sheet, page);
  return page.length;
}
