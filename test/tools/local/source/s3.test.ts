import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type LocalAws, startLocalAws } from '../../../../tools/local/start-local-aws.ts';
import { clientSettings } from '../client-settings.ts';

let aws: LocalAws;
let s3: S3Client;
let Bucket: string;
let bucketCount = 0;

beforeAll(async () => {
  aws = await startLocalAws();
  s3 = new S3Client(clientSettings(aws));
});

afterAll(async () => {
  s3.destroy();
  await aws.close();
});

beforeEach(async () => {
  bucketCount += 1;
  Bucket = `bucket-${bucketCount}`;
  await s3.send(new CreateBucketCommand({ Bucket }));
});

const put = (Key: string, Body: string | Buffer, more: object = {}) =>
  s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));

async function read(Key: string, more: object = {}): Promise<string> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, ...more }));
  return (await Body?.transformToString()) ?? '';
}

async function digest(Key: string): Promise<string> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  const hash = createHash('sha256');
  for await (const chunk of Body as Readable) hash.update(chunk);
  return hash.digest('hex');
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

describe('an object', () => {
  it('comes back with its bytes, metadata and checksum, at a key of any characters', async () => {
    const Key = 'task-files/ada/größe & <x>/a+b %2F..//c 📦.csv';
    const { ETag, ChecksumCRC32 } = await put(Key, 'title\nMilk', {
      ContentType: 'text/csv',
      CacheControl: 'no-store',
      Metadata: { owner: 'ada' },
    });
    const answer = await s3.send(new GetObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));
    expect(await answer.Body?.transformToString()).toBe('title\nMilk');
    expect(answer).toMatchObject({
      ContentType: 'text/csv',
      CacheControl: 'no-store',
      Metadata: { owner: 'ada' },
      ContentLength: 10,
      ETag,
      ChecksumCRC32,
    });
    expect(ETag).toBe(`"${createHash('md5').update('title\nMilk').digest('hex')}"`);
    expect(ChecksumCRC32).toBeDefined();
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket }));
    expect(Contents?.map((object) => object.Key)).toEqual([Key]);
  });

  it('may be empty', async () => {
    await put('empty', '');
    expect(await read('empty')).toBe('');
    expect(await s3.send(new HeadObjectCommand({ Bucket, Key: 'empty' }))).toMatchObject({
      ContentLength: 0,
    });
  });

  it('may be sent in one piece of 48 MB, as a stream with its checksum at the end', async () => {
    const bytes = randomBytes(48_000_000);
    const pieces = function* () {
      for (let at = 0; at < bytes.length; at += 100_000) yield bytes.subarray(at, at + 100_000);
    };
    const Body = Readable.from(pieces());
    await s3.send(new PutObjectCommand({ Bucket, Key: 'big', Body, ContentLength: bytes.length }));
    expect(await digest('big')).toBe(sha256(bytes));
  });

  it('is still read to its end when it is replaced or deleted meanwhile', async () => {
    const bytes = randomBytes(8_000_000);
    await put('k', bytes);
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: 'k' }));
    await put('k', 'new');
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
    const hash = createHash('sha256');
    for await (const chunk of Body as Readable) hash.update(chunk);
    expect(hash.digest('hex')).toBe(sha256(bytes));
  });

  it('refuses content that is not what its checksum says', async () => {
    await expect(put('k', 'content', { ChecksumCRC32: 'AAAAAA==' })).rejects.toMatchObject({
      name: 'BadDigest',
    });
    await expect(put('k', 'content', { ContentMD5: 'AAAAAAAAAAAAAAAAAAAAAA==' })).rejects.toMatchObject({
      name: 'BadDigest',
    });
    await expect(read('k')).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('is only written if nothing is there, with If-None-Match', async () => {
    await put('k', 'first', { IfNoneMatch: '*' });
    await expect(put('k', 'second', { IfNoneMatch: '*' })).rejects.toMatchObject({
      name: 'PreconditionFailed',
      $metadata: { httpStatusCode: 412 },
    });
    expect(await read('k')).toBe('first');
  });

  it('is written once by two that write it at the same time with If-None-Match', async () => {
    const ends = await Promise.allSettled(
      [1, 2, 3, 4].map((n) => put('race', String(n), { IfNoneMatch: '*' })),
    );
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('is only overwritten in the version that is known, with If-Match', async () => {
    const { ETag } = await put('k', 'first');
    await put('k', 'second', { IfMatch: ETag });
    await expect(put('k', 'third', { IfMatch: ETag })).rejects.toMatchObject({ name: 'PreconditionFailed' });
  });
});

describe('a read', () => {
  it.each([
    ['bytes=2-4', '234', 'bytes 2-4/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=-3', '789', 'bytes 7-9/10'],
    ['bytes=8-99', '89', 'bytes 8-9/10'],
    ['bytes=-99', '0123456789', 'bytes 0-9/10'],
  ])('of %s gives that range', async (Range, expected, ContentRange) => {
    await put('k', '0123456789');
    const answer = await s3.send(new GetObjectCommand({ Bucket, Key: 'k', Range }));
    expect(await answer.Body?.transformToString()).toBe(expected);
    expect(answer).toMatchObject({ ContentRange, $metadata: { httpStatusCode: 206 } });
  });

  it('refuses a range beyond the end', async () => {
    await put('k', '0123456789');
    await expect(read('k', { Range: 'bytes=10-' })).rejects.toMatchObject({
      name: 'InvalidRange',
      $metadata: { httpStatusCode: 416 },
    });
  });

  it('pinned by its ETag refuses what has changed since', async () => {
    const { ETag } = await put('k', 'first');
    expect(await read('k', { IfMatch: ETag, Range: 'bytes=0-1' })).toBe('fi');
    await put('k', 'second');
    await expect(read('k', { IfMatch: ETag })).rejects.toMatchObject({
      name: 'PreconditionFailed',
      $metadata: { httpStatusCode: 412 },
    });
  });

  it('gives 304 to one who has it already', async () => {
    const { ETag } = await put('k', 'known');
    await expect(read('k', { IfNoneMatch: ETag })).rejects.toMatchObject({
      $metadata: { httpStatusCode: 304 },
    });
    await expect(read('k', { IfModifiedSince: new Date(Date.now() + 60_000) })).rejects.toMatchObject({
      $metadata: { httpStatusCode: 304 },
    });
    expect(await read('k', { IfNoneMatch: '"other"' })).toBe('known');
  });

  it('answers with the headers that the query asks for', async () => {
    await put('k', 'x');
    const answer = await s3.send(
      new GetObjectCommand({ Bucket, Key: 'k', ResponseContentDisposition: 'attachment; filename="t.csv"' }),
    );
    expect(answer.ContentDisposition).toBe('attachment; filename="t.csv"');
  });

  it('refuses what is not there, naming it', async () => {
    await expect(read('none')).rejects.toMatchObject({ name: 'NoSuchKey', Key: 'none' });
    await expect(s3.send(new GetObjectCommand({ Bucket: 'no-bucket', Key: 'k' }))).rejects.toMatchObject({
      name: 'NoSuchBucket',
      BucketName: 'no-bucket',
    });
    await expect(s3.send(new HeadObjectCommand({ Bucket, Key: 'none' }))).rejects.toMatchObject({
      name: 'NotFound',
    });
  });
});

describe('an upload in parts', () => {
  it('becomes one object, by the SDK’s own uploader', async () => {
    const bytes = randomBytes(17_000_000);
    const upload = new Upload({
      client: s3,
      params: { Bucket, Key: 'parts', Body: Readable.from([bytes]), ContentType: 'text/csv' },
      partSize: 5 * 1_048_576,
      queueSize: 3,
    });
    await upload.done();
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'parts' }));
    expect(head).toMatchObject({ ContentLength: bytes.length, ContentType: 'text/csv' });
    expect(head.ETag).toMatch(/^"[0-9a-f]{32}-4"$/);
    expect(await digest('parts')).toBe(sha256(bytes));
    const across = await s3.send(
      new GetObjectCommand({ Bucket, Key: 'parts', Range: 'bytes=5242870-5242890' }),
    );
    expect(Buffer.from((await across.Body?.transformToByteArray()) ?? [])).toEqual(
      bytes.subarray(5_242_870, 5_242_891),
    );
  });

  it('lists its parts, takes a copied range as a part, and is gone when aborted', async () => {
    const source = randomBytes(6_000_000);
    await put('source', source);
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'k' }));
    const copied = await s3.send(
      new UploadPartCopyCommand({
        Bucket,
        Key: 'k',
        UploadId,
        PartNumber: 1,
        CopySource: `${Bucket}/source`,
        CopySourceRange: 'bytes=0-5299999',
      }),
    );
    await s3.send(new UploadPartCommand({ Bucket, Key: 'k', UploadId, PartNumber: 2, Body: 'end' }));
    const { Parts } = await s3.send(new ListPartsCommand({ Bucket, Key: 'k', UploadId }));
    expect(Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
      [1, 5_300_000],
      [2, 3],
    ]);
    expect(copied.CopyPartResult?.ETag).toBe(Parts?.[0]?.ETag);
    await s3.send(
      new CompleteMultipartUploadCommand({ Bucket, Key: 'k', UploadId, MultipartUpload: { Parts } }),
    );
    expect(await digest('k')).toBe(
      sha256(Buffer.concat([source.subarray(0, 5_300_000), Buffer.from('end')])),
    );

    const second = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'k2' }));
    const pending = await s3.send(new ListMultipartUploadsCommand({ Bucket }));
    expect(pending.Uploads?.map(({ UploadId: id }) => id)).toEqual([second.UploadId]);
    await s3.send(new AbortMultipartUploadCommand({ Bucket, Key: 'k2', UploadId: second.UploadId }));
    await expect(
      s3.send(new ListPartsCommand({ Bucket, Key: 'k2', UploadId: second.UploadId })),
    ).rejects.toMatchObject({ name: 'NoSuchUpload' });
  });

  it('refuses parts that are too small, unknown or out of order', async () => {
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'k' }));
    const part = async (PartNumber: number) => {
      const { ETag } = await s3.send(
        new UploadPartCommand({ Bucket, Key: 'k', UploadId, PartNumber, Body: 'small' }),
      );
      return { PartNumber, ETag };
    };
    const [one, two] = [await part(1), await part(2)];
    const complete = (Parts: object[]) =>
      s3.send(new CompleteMultipartUploadCommand({ Bucket, Key: 'k', UploadId, MultipartUpload: { Parts } }));
    await expect(complete([one, two])).rejects.toMatchObject({ name: 'EntityTooSmall' });
    await expect(complete([two, one])).rejects.toMatchObject({ name: 'InvalidPartOrder' });
    await expect(complete([{ PartNumber: 1, ETag: '"other"' }])).rejects.toMatchObject({
      name: 'InvalidPart',
    });
  });
});

describe('a copy', () => {
  it('keeps or replaces the metadata, and outlives its source', async () => {
    await put('a', 'content', { Metadata: { from: 'a' }, ContentType: 'text/csv' });
    const CopySource = encodeURI(`${Bucket}/a`);
    await s3.send(new CopyObjectCommand({ Bucket, Key: 'kept', CopySource }));
    await s3.send(
      new CopyObjectCommand({
        Bucket,
        Key: 'replaced',
        CopySource,
        MetadataDirective: 'REPLACE',
        Metadata: { from: 'b' },
      }),
    );
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    expect(await read('kept')).toBe('content');
    expect(await s3.send(new HeadObjectCommand({ Bucket, Key: 'kept' }))).toMatchObject({
      Metadata: { from: 'a' },
      ContentType: 'text/csv',
    });
    expect(await s3.send(new HeadObjectCommand({ Bucket, Key: 'replaced' }))).toMatchObject({
      Metadata: { from: 'b' },
    });
  });

  it('is only made while the conditions on its source hold', async () => {
    const { ETag } = await put('a', 'content');
    const copy = (conditions: object) =>
      s3.send(new CopyObjectCommand({ Bucket, Key: 'b', CopySource: `${Bucket}/a`, ...conditions }));
    const [past, future] = [-60_000, 60_000].map((ms) => new Date(aws.clock.now() + ms));
    await copy({ CopySourceIfMatch: ETag, CopySourceIfUnmodifiedSince: past });
    await copy({ CopySourceIfNoneMatch: '"other"', CopySourceIfModifiedSince: past });
    for (const conditions of [
      { CopySourceIfMatch: '"other"' },
      { CopySourceIfNoneMatch: ETag },
      { CopySourceIfUnmodifiedSince: past },
      { CopySourceIfModifiedSince: future },
    ]) {
      await expect(copy(conditions)).rejects.toMatchObject({
        name: 'PreconditionFailed',
        $metadata: { httpStatusCode: 412 },
      });
    }
  });

  it('is made once by two that make it at the same time with If-None-Match', async () => {
    await put('a', 'content');
    const copy = new CopyObjectCommand({ Bucket, Key: 'b', CopySource: `${Bucket}/a`, IfNoneMatch: '*' });
    const ends = await Promise.allSettled([1, 2, 3, 4].map(() => s3.send(copy)));
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('refuses to put an object onto itself unchanged', async () => {
    await put('a', 'content');
    await expect(
      s3.send(new CopyObjectCommand({ Bucket, Key: 'a', CopySource: `${Bucket}/a` })),
    ).rejects.toMatchObject({ name: 'InvalidRequest' });
  });
});

describe('a deletion', () => {
  it('of what is gone is answered like any other', async () => {
    await put('k', 'x');
    for (const _ of [1, 2]) {
      const { $metadata } = await s3.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
      expect($metadata.httpStatusCode).toBe(204);
    }
  });

  it('with If-Match only takes the object that is meant', async () => {
    const { ETag } = await put('k', 'first');
    const remove = (IfMatch?: string) => s3.send(new DeleteObjectCommand({ Bucket, Key: 'k', IfMatch }));
    await put('k', 'second');
    await expect(remove(ETag)).rejects.toMatchObject({
      name: 'PreconditionFailed',
      $metadata: { httpStatusCode: 412 },
    });
    const Objects = [{ Key: 'k', ETag }];
    const { Errors } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(Errors).toMatchObject([{ Key: 'k', Code: 'PreconditionFailed' }]);
    expect(await read('k')).toBe('second');
    await remove('*');
    await expect(remove('*')).rejects.toMatchObject({ name: 'NoSuchKey' });
    await expect(remove(ETag)).rejects.toMatchObject({ name: 'NoSuchKey' });
  });
});

describe('a listing', () => {
  const KEYS = ['B', 'a', 'a/1', 'a/2', 'a/b/3', 'b', 'é', '\uffee', '📦'];

  beforeEach(async () => {
    for (const key of KEYS.toReversed()) await put(key, key);
  });

  async function listAll(options: object = {}) {
    const entries: string[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await s3.send(new ListObjectsV2Command({ Bucket, ContinuationToken, ...options }));
      for (const { Key = '' } of page.Contents ?? []) entries.push(Key);
      for (const { Prefix = '' } of page.CommonPrefixes ?? []) entries.push(Prefix);
      expect(page.KeyCount).toBe((page.Contents?.length ?? 0) + (page.CommonPrefixes?.length ?? 0));
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken);
    return entries;
  }

  it('is in the order of UTF-8 bytes, whole or in pages', async () => {
    expect(await listAll()).toEqual(KEYS);
    expect(await listAll({ MaxKeys: 2 })).toEqual(KEYS);
    expect(await listAll({ MaxKeys: 1, EncodingType: 'url' })).toEqual(
      KEYS.map(encodeURIComponentKeepingSlash),
    );
  });

  it('begins after a key and keeps to a prefix', async () => {
    expect(await listAll({ StartAfter: 'a/1', MaxKeys: 2 })).toEqual(KEYS.slice(3));
    expect(await listAll({ Prefix: 'a/', MaxKeys: 2 })).toEqual(['a/1', 'a/2', 'a/b/3']);
  });

  it('takes keys that share a folder as one entry, on one page only', async () => {
    expect((await listAll({ Delimiter: '/', MaxKeys: 2 })).sort()).toEqual(
      ['B', 'a', 'a/', 'b', 'é', '\uffee', '📦'].sort(),
    );
    expect(await listAll({ Delimiter: '/', Prefix: 'a/', MaxKeys: 1 })).toEqual(['a/1', 'a/2', 'a/b/']);
  });

  function encodeURIComponentKeepingSlash(key: string) {
    return encodeURIComponent(key).replaceAll('%2F', '/');
  }
});

describe('a bucket', () => {
  it('is listed, and deleted only when it is empty', async () => {
    const { Buckets } = await s3.send(new ListBucketsCommand({}));
    expect(Buckets?.map(({ Name }) => Name)).toContain(Bucket);
    await put('k', 'x');
    await expect(s3.send(new DeleteBucketCommand({ Bucket }))).rejects.toMatchObject({
      name: 'BucketNotEmpty',
    });
    const Objects = [{ Key: 'k' }, { Key: 'never there' }];
    const { Deleted } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(Deleted).toEqual(Objects);
    await s3.send(new DeleteBucketCommand({ Bucket }));
    await expect(read('k')).rejects.toMatchObject({ name: 'NoSuchBucket' });
  });

  it.each(['Capital', 'a', 'two..dots', '192.168.0.1'])('refuses the name %s', async (name) => {
    await expect(s3.send(new CreateBucketCommand({ Bucket: name }))).rejects.toMatchObject({
      name: 'InvalidBucketName',
    });
  });
});

describe('what is not there', () => {
  it('refuses a legal hold by name and leaves the object as it was', async () => {
    await put('k', 'content');
    const LegalHold = { Status: 'ON' } as const;
    await expect(
      s3.send(new PutObjectLegalHoldCommand({ Bucket, Key: 'k', LegalHold })),
    ).rejects.toMatchObject({
      name: 'NotImplemented',
      message: expect.stringContaining('the local S3 has no PutObjectLegalHold'),
    });
    await expect(put('k', 'other', { ObjectLockLegalHoldStatus: 'ON' })).rejects.toThrow(
      'x-amz-object-lock-legal-hold',
    );
    expect(await read('k')).toBe('content');
  });

  it('refuses versioning by name', async () => {
    const VersioningConfiguration = { Status: 'Enabled' } as const;
    await expect(
      s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration })),
    ).rejects.toThrow('the local S3 has no PutBucketVersioning');
  });

  it('refuses a notification other than EventBridge', async () => {
    const QueueArn = 'arn:aws:sqs:us-east-1:000000000000:q';
    await expect(
      s3.send(
        new PutBucketNotificationConfigurationCommand({
          Bucket,
          NotificationConfiguration: {
            QueueConfigurations: [{ QueueArn, Events: ['s3:ObjectCreated:*'] }],
          },
        }),
      ),
    ).rejects.toThrow('QueueConfiguration');
  });
});
