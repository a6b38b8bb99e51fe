import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Image } from '../../../../services/images/image.ts';
import type { Envelope } from '../../../../services/runtime/event.ts';
import type { InlinePicture, ShownPicture } from '../../../../tools/demo/contact-sheet/contact-sheet.ts';
import { createInliner } from '../../../../tools/demo/contact-sheet/inline-pictures.ts';
import { type LocalAws, startLocalAws } from '../../../../tools/local/start-local-aws.ts';
import { clientSettings } from '../../../../tools/target/client-settings.ts';
import { notAnImage, uprightSize, withOrientation } from '../../../pictures/index.ts';
import { good, refused, threat } from '../../../services/images/image-events.ts';
import { pictureNamed, pictureOutcome, sang } from '../images/picture-outcome.ts';

const bucket = 'images';
const folder = mkdtempSync(join(tmpdir(), 'inlined-'));
let aws: LocalAws;
let s3: S3Client;

beforeAll(async () => {
  aws = await startLocalAws();
  s3 = new S3Client(clientSettings(aws));
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
});
afterAll(async () => {
  s3.destroy();
  await aws.close();
  rmSync(folder, { recursive: true });
});

function outcomeOf(bytes: Buffer, eventsAbout: (image: Image) => readonly Envelope[]) {
  const file = join(folder, 'picture.bin');
  writeFileSync(file, bytes);
  return pictureOutcome({ ...pictureNamed('picture.bin'), file, bytes: bytes.length }, eventsAbout);
}

const clean = (image: Image) => [good['ImageScanned.v1'](image)];

it('shows the original upright and at most 1024 pixels long', async () => {
  const inline = createInliner({ s3, bucket });
  const turned = original(await inline(outcomeOf(await withOrientation(6), clean)));
  expect(turned).toMatchObject(uprightSize);
  const wide = await sharp({ create: { width: 3000, height: 1500, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
  const shown = original(await inline(outcomeOf(wide, clean)));
  expect(shown).toMatchObject({ width: 1024, height: 512 });
  const { format } = await sharp(bytesOf(shown.src)).metadata();
  expect(format).toBe('webp');
});

it('does not show an original in which a threat was found, which was not scanned, or which is no picture', async () => {
  const inline = createInliner({ s3, bucket });
  const picture = await withOrientation(1);
  const reasonOf = async (bytes: Buffer, events: (image: Image) => readonly Envelope[]) =>
    (await inline(outcomeOf(bytes, events))).original;
  expect(await reasonOf(picture, (image) => [threat(image)])).toEqual({
    reason: 'a threat was found in it (eicar_test_file)',
  });
  expect(await reasonOf(picture, () => [])).toEqual({ reason: 'it was not scanned for threats' });
  expect(
    await reasonOf(picture, (image) => [refused('ImageScanned.v1', image, 'gone', 'it is gone')]),
  ).toEqual({
    reason: 'it is gone',
  });
  expect(await reasonOf(notAnImage, clean)).toEqual({
    reason: expect.stringContaining('the file is a text'),
  });
});

it('brings in what was made, if a browser can show it and nothing more', async () => {
  const small = await sharp(await withOrientation(1))
    .resize(8)
    .webp()
    .toBuffer();
  const put = (Key: string) => s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: small }));
  await Promise.all(['derived/1/master.webp', 'derived/1/master.svg'].map(put));
  const inline = createInliner({ s3, bucket });
  const made = async (key: string, format: string) =>
    (await inline(outcomeOf(notAnImage, (image) => [...clean(image), sang(image, { key, format })]))).made;
  expect(await made('derived/1/master.webp', 'webp')).toEqual(
    new Map([['derived/1/master.webp', `data:image/webp;base64,${small.toString('base64')}`]]),
  );
  expect(await made('derived/1/master.svg', 'svg+xml')).toEqual(new Map());
  expect(await made('derived/1/gone.webp', 'webp')).toEqual(new Map());
});

it('brings in no more pictures once the page is large enough', async () => {
  const inline = createInliner({ s3, bucket, budgetBytes: 1 });
  const picture = await withOrientation(1);
  expect((await inline(outcomeOf(picture, clean))).original).toHaveProperty('src');
  expect((await inline(outcomeOf(picture, clean))).original).toEqual({
    reason: 'the page would become too large',
  });
});

function original(shown: ShownPicture): InlinePicture {
  if ('reason' in shown.original) throw new Error(shown.original.reason);
  return shown.original;
}

function bytesOf(dataUri: string): Buffer {
  return Buffer.from(dataUri.split(',')[1] ?? '', 'base64');
}
