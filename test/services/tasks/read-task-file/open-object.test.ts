import { CreateBucketCommand, DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ObjectRange, openObject } from '../../../../services/tasks/read-task-file/open-object.ts';
import { type LocalAws, startLocalAws } from '../../../../tools/local/start-local-aws.ts';

const bucket = 'uploads';
let aws: LocalAws;
let s3: S3Client;

beforeAll(async () => {
  aws = await startLocalAws();
  s3 = new S3Client({
    endpoint: aws.endpoint,
    region: aws.region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
});
afterAll(async () => {
  s3.destroy();
  await aws.close();
});

async function put(key: string, body: string): Promise<Pick<ObjectRange, 'bucket' | 'key' | 'etag'>> {
  const { ETag = '' } = await s3.send(
    new PutObjectCommand({ Bucket: bucket, Key: key, Body: Buffer.from(body) }),
  );
  return { bucket, key, etag: ETag.replaceAll('"', '') };
}

async function read(range: ObjectRange): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of await openObject(s3, range)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

it('reads the whole, from an offset, and so many bytes', async () => {
  const object = await put('task-files/my list ü.csv', '0123456789');
  expect(await read({ ...object, fromByte: 0 })).toBe('0123456789');
  expect(await read({ ...object, fromByte: 7 })).toBe('789');
  expect(await read({ ...object, fromByte: 0, maxBytes: 4 })).toBe('0123');
  expect(await read({ ...object, fromByte: 8, maxBytes: 40 })).toBe('89');
});

it('reads nothing at the end of an object and from an empty one', async () => {
  expect(await read({ ...(await put('a', '0123456789')), fromByte: 10 })).toBe('');
  expect(await read({ ...(await put('b', '')), fromByte: 0, maxBytes: 100 })).toBe('');
});

it('refuses an object that was replaced, and one that was deleted', async () => {
  const first = await put('c', 'one');
  await put('c', 'two');
  await expect(read({ ...first, fromByte: 0 })).rejects.toThrow(/^the object was replaced/);
  await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'c' }));
  await expect(read({ ...first, fromByte: 0 })).rejects.toThrow(/^the object was deleted/);
});

it('passes on what may be over at the next try', async () => {
  await expect(read({ bucket: 'no-such-bucket', key: 'a', etag: 'x', fromByte: 0 })).rejects.toThrow(
    expect.objectContaining({ name: 'NoSuchBucket' }),
  );
});
