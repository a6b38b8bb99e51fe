import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Image, identifyImage } from '../../../../services/images/image.ts';
import { readImage } from '../../../../services/images/read-image.ts';
import { findThreats } from '../../../../services/images/scan-image/find-threats.ts';
import { createQuarantine } from '../../../../services/images/scan-image/quarantine.ts';
import { createScanner } from '../../../../services/images/scan-image/scan-image.ts';
import { type LocalAws, startLocalAws } from '../../../../tools/local/start-local-aws.ts';
import { eicarPng, photo } from '../../../pictures/index.ts';
import { openEngines } from './open-engines.ts';

const Bucket = 'images';
const engines = openEngines();
const infected = await eicarPng();
let aws: LocalAws;
let s3: S3Client;

beforeAll(async () => {
  aws = await startLocalAws();
  s3 = client();
  await s3.send(new CreateBucketCommand({ Bucket }));
});
afterEach(async () => {
  for (const Key of await keys()) await s3.send(new DeleteObjectCommand({ Bucket, Key }));
});
afterAll(async () => {
  s3.destroy();
  await aws.close();
});

function client(): S3Client {
  return new S3Client({
    endpoint: aws.endpoint,
    region: aws.region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
}

async function keys(): Promise<string[]> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
  return Contents.map(({ Key = '' }) => Key);
}

let uploads = 0;

async function upload(key: string, body: Buffer): Promise<Image> {
  const { ETag = '' } = await s3.send(
    new PutObjectCommand({ Bucket, Key: key, Body: body, ContentType: 'text/html' }),
  );
  const object = { key, etag: ETag.replaceAll('"', ''), size: body.length, sequencer: `${uploads++}` };
  const image = identifyImage({ bucket: { name: Bucket }, object });
  if (!image) throw new Error(`${key} is no picture`);
  return image;
}

function scanner(by: S3Client = s3) {
  return createScanner({
    read: (image) => readImage(by, image),
    findThreats: (bytes) => findThreats(bytes, engines),
    quarantine: createQuarantine(by),
  });
}

const expected = (image: Image, name: string) => ({
  clean: false,
  engines: ['yara-x', 'declared-size'],
  threats: [
    {
      engine: 'yara-x',
      rule: 'eicar_test_file',
      description: 'the EICAR test file, by which scanners are tested',
    },
  ],
  quarantineKey: `quarantine/${image.imageId}/${name}`,
});

it('leaves a clean picture where it is', async () => {
  const image = await upload('profile-pictures/ada/cat.png', photo('cat.png'));
  expect(await scanner()(image)).toEqual({ clean: true, engines: ['yara-x', 'declared-size'], threats: [] });
  expect(await keys()).toEqual(['profile-pictures/ada/cat.png']);
});

it('moves a picture with a threat into quarantine, where no browser shows it, and says by tags what it is', async () => {
  const image = await upload('profile-pictures/ada/my holiday/ü + 1%.png', infected);
  const { quarantineKey, ...scan } = await scanner()(image);
  expect({ quarantineKey, ...scan }).toEqual(expected(image, 'ü + 1%.png'));
  expect(await keys()).toEqual([quarantineKey]);

  const moved = await s3.send(new GetObjectCommand({ Bucket, Key: quarantineKey }));
  expect(Buffer.from((await moved.Body?.transformToByteArray()) ?? [])).toEqual(infected);
  expect(moved.ContentType).toBe('application/octet-stream');
  const { TagSet } = await s3.send(new GetObjectTaggingCommand({ Bucket, Key: quarantineKey }));
  expect(TagSet).toEqual([
    { Key: 'verdict', Value: 'threat' },
    { Key: 'rule', Value: 'eicar_test_file' },
  ]);
});

it('keeps the end of a name that is too long for a key in quarantine', async () => {
  const image = await upload(`profile-pictures/a/${'ü'.repeat(499)}.png`, infected);
  expect(await scanner()(image)).toMatchObject({
    quarantineKey: `quarantine/${image.imageId}/${'ü'.repeat(196)}.png`,
  });
});

describe('answers the same again', () => {
  it('when the event comes twice', async () => {
    const image = await upload('profile-pictures/ada/me.png', infected);
    const first = await scanner()(image);
    expect(await scanner()(image)).toEqual(first);
    expect(await keys()).toEqual([first.quarantineKey]);
  });

  it('when two deliveries are worked on at the same time', async () => {
    const image = await upload('profile-pictures/ada/me.png', infected);
    const scans = await Promise.all([1, 2, 3].map(() => scanner()(image)));
    for (const scan of scans) expect(scan).toEqual(expected(image, 'me.png'));
    expect(await keys()).toEqual([`quarantine/${image.imageId}/me.png`]);
  });

  it.each([1, 2, 3])('when it dies after request %i of three', async (deadly) => {
    const image = await upload('profile-pictures/ada/me.png', infected);
    await expect(scanner(dyingAfter(deadly))(image)).rejects.toThrow('died');
    expect(await scanner()(image)).toEqual(expected(image, 'me.png'));
    expect(await keys()).toEqual([`quarantine/${image.imageId}/me.png`]);
  });

  it('when another picture has been uploaded under its name since, which stays', async () => {
    const image = await upload('profile-pictures/ada/me.png', infected);
    await expect(scanner(dyingAfter(3))(image)).rejects.toThrow('died');
    const next = await upload('profile-pictures/ada/me.png', photo('cat.png'));
    expect(await scanner()(image)).toEqual(expected(image, 'me.png'));
    expect(await scanner()(next)).toMatchObject({ clean: true });
    expect(await keys()).toContain('profile-pictures/ada/me.png');
  });
});

it('tells a threat in a picture that its owner deletes or replaces before it is moved, and moves nothing', async () => {
  const image = await upload('profile-pictures/ada/me.png', infected);
  const scan = async (meanwhile: () => Promise<unknown>) =>
    createScanner({
      read: (one) => readImage(s3, one),
      async findThreats(bytes) {
        await meanwhile();
        return findThreats(bytes, engines);
      },
      quarantine: createQuarantine(s3),
    })(image);
  const { quarantineKey, ...untouched } = expected(image, 'me.png');
  const replaced = await scan(() => upload(image.key, photo('cat.png')));
  expect(replaced).toEqual(untouched);
  expect(await keys()).toEqual([image.key]);
  await upload(image.key, infected);
  expect(await scan(() => s3.send(new DeleteObjectCommand({ Bucket, Key: image.key })))).toEqual(untouched);
});

it('refuses a picture that was deleted, replaced, is empty or too large', async () => {
  const image = await upload('profile-pictures/ada/me.png', photo('cat.png'));
  await upload(image.key, photo('coffee.png'));
  await expect(scanner()(image)).rejects.toMatchObject({ code: 'replaced' });
  await s3.send(new DeleteObjectCommand({ Bucket, Key: image.key }));
  await expect(scanner()(image)).rejects.toMatchObject({ code: 'gone' });
  await expect(scanner()({ ...image, bytes: 0 })).rejects.toMatchObject({ code: 'empty' });
  await expect(scanner()({ ...image, bytes: 26_214_401 })).rejects.toMatchObject({ code: 'too-large' });
});

/** A client whose process dies when its nth request was answered. */
function dyingAfter(request: number): S3Client {
  const mortal = client();
  let requests = 0;
  mortal.middlewareStack.add((next) => async (args) => {
    const answer = await next(args);
    requests += 1;
    if (requests === request) throw new Error('died');
    return answer;
  });
  return mortal;
}
