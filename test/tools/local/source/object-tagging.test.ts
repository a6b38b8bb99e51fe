import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectTaggingCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3Client,
  type Tag,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type LocalAws, startLocalAws } from '../../../../tools/local/start-local-aws.ts';
import type { PolicyStatement } from '../../../../tools/local/wire/evaluate-policies.ts';
import { clientSettings } from '../client-settings.ts';
import { declare } from '../declare-resource.ts';

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

const put = (Key: string, more: object = {}) =>
  s3.send(new PutObjectCommand({ Bucket, Key, Body: 'content', ...more }));
const tag = (Key: string, ...TagSet: Tag[]) =>
  s3.send(new PutObjectTaggingCommand({ Bucket, Key, Tagging: { TagSet } }));
const tagsOf = async (Key: string) => (await s3.send(new GetObjectTaggingCommand({ Bucket, Key }))).TagSet;

/** PutObjectTagging of a document that no SDK would write. */
async function putDocument(body: string) {
  const query = 'tagging&X-Amz-Credential=local/20261121/us-east-1/s3/aws4_request';
  const answer = await fetch(`${aws.endpoint}/${Bucket}/k?${query}`, { method: 'PUT', body });
  return { status: answer.status, code: /<Code>(.*)<\/Code>/.exec(await answer.text())?.[1] };
}

describe('the tags of an object', () => {
  it('are put, read and deleted, and change nothing else about it', async () => {
    await put('k', { Metadata: { owner: 'ada' } });
    expect(await tagsOf('k')).toEqual([]);
    const before = await s3.send(new HeadObjectCommand({ Bucket, Key: 'k' }));
    const tags = [
      { Key: 'größe/1', Value: 'a + b = c' },
      { Key: '__proto__', Value: '' },
      { Key: '7', Value: 'x@y.z:1_2-3' },
    ];
    await tag('k', ...tags);
    expect(await tagsOf('k')).toEqual(tags);
    const { Body, ...after } = await s3.send(new GetObjectCommand({ Bucket, Key: 'k' }));
    expect(await Body?.transformToString()).toBe('content');
    const { ETag, LastModified, Metadata } = before;
    expect(after).toMatchObject({ ETag, LastModified, Metadata, TagCount: 3 });
    expect(await s3.send(new HeadObjectCommand({ Bucket, Key: 'k' }))).toMatchObject({ TagCount: 3 });

    await tag('k', { Key: 'only', Value: 'one' });
    expect(await tagsOf('k')).toEqual([{ Key: 'only', Value: 'one' }]);
    await s3.send(new DeleteObjectTaggingCommand({ Bucket, Key: 'k' }));
    expect(await tagsOf('k')).toEqual([]);
    expect((await s3.send(new GetObjectCommand({ Bucket, Key: 'k' }))).TagCount).toBeUndefined();
  });

  it('are deleted by an empty set', async () => {
    await put('k', { Tagging: 'a=1' });
    await tag('k');
    expect(await tagsOf('k')).toEqual([]);
  });

  it('go with the object that is put over theirs', async () => {
    await put('k', { Tagging: 'a=1' });
    await put('k');
    expect(await tagsOf('k')).toEqual([]);
  });

  it('may come with an upload', async () => {
    await put('k', { Tagging: 'a+b=c%2Bd&e&%C3%BC=%E6%96%87' });
    expect(await tagsOf('k')).toEqual([
      { Key: 'a b', Value: 'c+d' },
      { Key: 'e', Value: '' },
      { Key: 'ü', Value: '文' },
    ]);
  });

  it('may come in the query of a presigned URL, as metadata may', async () => {
    const query = new URLSearchParams({
      'X-Amz-Credential': 'local/20261121/us-east-1/s3/aws4_request',
      'x-amz-tagging': 'a=1',
      'x-amz-meta-owner': 'ada',
    });
    await fetch(`${aws.endpoint}/${Bucket}/k?${query}`, { method: 'PUT', body: 'content' });
    expect(await tagsOf('k')).toEqual([{ Key: 'a', Value: '1' }]);
    const { Metadata } = await s3.send(new HeadObjectCommand({ Bucket, Key: 'k' }));
    expect(Metadata).toEqual({ owner: 'ada' });
  });

  it('may come with an upload in parts', async () => {
    const { UploadId } = await s3.send(
      new CreateMultipartUploadCommand({ Bucket, Key: 'k', Tagging: 'a=1' }),
    );
    const part = { Bucket, Key: 'k', UploadId, PartNumber: 1 };
    const { ETag } = await s3.send(new UploadPartCommand({ ...part, Body: 'content' }));
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
    await s3.send(new CompleteMultipartUploadCommand({ Bucket, Key: 'k', UploadId, MultipartUpload }));
    expect(await tagsOf('k')).toEqual([{ Key: 'a', Value: '1' }]);
  });

  it('may come in a browser’s form', async () => {
    const policy = { expiration: new Date(aws.clock.now() + 60_000).toISOString(), conditions: [] };
    const form = new FormData();
    form.set('key', 'k');
    form.set('policy', Buffer.from(JSON.stringify(policy)).toString('base64'));
    form.set('tagging', '<Tagging><TagSet><Tag><Key>a</Key><Value>&lt;1</Value></Tag></TagSet></Tagging>');
    form.set('file', new File(['content'], 'k'));
    const refused = await fetch(`${aws.endpoint}/${Bucket}`, { method: 'POST', body: form });
    expect(await refused.text()).toContain('The TagValue you have provided is invalid');
    form.set('tagging', '<Tagging><TagSet><Tag><Key>a</Key><Value/></Tag></TagSet></Tagging>');
    await fetch(`${aws.endpoint}/${Bucket}`, { method: 'POST', body: form });
    expect(await tagsOf('k')).toEqual([{ Key: 'a', Value: '' }]);
  });

  it('are copied, or replaced when the directive says so', async () => {
    await put('from', { Tagging: 'a=1' });
    const copy = async (Key: string, more: object) => {
      await s3.send(new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/from`, ...more }));
      return tagsOf(Key);
    };
    expect(await copy('same', {})).toEqual([{ Key: 'a', Value: '1' }]);
    expect(await copy('ignored', { TaggingDirective: 'COPY', Tagging: 'b=2' })).toEqual([
      { Key: 'a', Value: '1' },
    ]);
    expect(await copy('other', { TaggingDirective: 'REPLACE', Tagging: 'b=2' })).toEqual([
      { Key: 'b', Value: '2' },
    ]);
    expect(await copy('none', { TaggingDirective: 'REPLACE' })).toEqual([]);
    await expect(copy('wrong', { TaggingDirective: 'MERGE' })).rejects.toMatchObject({
      name: 'InvalidArgument',
      message: 'Unknown tagging directive.',
    });
  });
});

describe('tags that S3 does not take', () => {
  const many = Array.from({ length: 11 }, (_, n) => ({ Key: `k${n}`, Value: '' }));
  const keyInvalid = 'The TagKey you have provided is invalid';
  const valueInvalid = 'The TagValue you have provided is invalid';

  it.each<[string, Tag[], string, string]>([
    ['more than ten', many, 'BadRequest', 'Object tags cannot be greater than 10'],
    [
      'two of one key',
      [many[0], many[0]] as Tag[],
      'InvalidTag',
      'Cannot provide multiple Tags with the same key',
    ],
    ['an empty key', [{ Key: '', Value: 'v' }], 'InvalidTag', keyInvalid],
    ['a key of 129 characters', [{ Key: 'k'.repeat(129), Value: '' }], 'InvalidTag', keyInvalid],
    ['a key with a comma', [{ Key: 'a,b', Value: '' }], 'InvalidTag', keyInvalid],
    ['a value of 257 characters', [{ Key: 'k', Value: 'v'.repeat(257) }], 'InvalidTag', valueInvalid],
    ['a value with a question mark', [{ Key: 'k', Value: 'why?' }], 'InvalidTag', valueInvalid],
    [
      'a key of AWS’s own',
      [{ Key: 'aws:k', Value: '' }],
      'InvalidTag',
      'Your TagKey cannot be prefixed with aws:',
    ],
  ])('refuses %s', async (_, tags, name, message) => {
    await put('k', { Tagging: 'before=1' });
    await expect(tag('k', ...tags)).rejects.toMatchObject({
      name,
      message,
      $metadata: { httpStatusCode: 400 },
    });
    expect(await tagsOf('k')).toEqual([{ Key: 'before', Value: '1' }]);
  });

  it('takes ten of the greatest length', async () => {
    const tags = many.slice(1).map(({ Key }) => ({ Key: Key.padEnd(128, 'x'), Value: 'v'.repeat(256) }));
    await put('k');
    await tag('k', ...tags);
    expect(await tagsOf('k')).toEqual(tags);
  });

  it.each([
    ['two of one key', 'a=1&a=2', 'InvalidArgument'],
    ['one with two values', 'a=1=2', 'InvalidArgument'],
    ['one that is no UTF-8', 'a=%FF', 'InvalidArgument'],
    ['a key with a comma', 'a%2Cb=1', 'InvalidTag'],
  ])('refuses an upload with %s, and stores nothing', async (_, Tagging, name) => {
    await expect(put('k', { Tagging })).rejects.toMatchObject({ name });
    await expect(tagsOf('k')).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it.each([
    ['has no set', '<Tagging></Tagging>'],
    ['has another root', '<Tags><TagSet></TagSet></Tags>'],
    ['is cut off', '<Tagging><TagSet><Tag><Key>a</Key>'],
    ['has half a tag', '<Tagging><TagSet><Tag><Key>a</Key></TagSet></Tagging>'],
    ['has a tag without a value', '<Tagging><TagSet><Tag><Key>a</Key></Tag></TagSet></Tagging>'],
    ['is empty', ''],
  ])('refuses a document that %s', async (_, document) => {
    await put('k', { Tagging: 'before=1' });
    expect(await putDocument(document)).toEqual({ status: 400, code: 'MalformedXML' });
    expect(await tagsOf('k')).toEqual([{ Key: 'before', Value: '1' }]);
  });

  it('refuses to tag what is not there, naming it', async () => {
    for (const attempt of [
      () => tag('none', { Key: 'a', Value: '1' }),
      () => tagsOf('none'),
      () => s3.send(new DeleteObjectTaggingCommand({ Bucket, Key: 'none' })),
    ]) {
      await expect(attempt()).rejects.toMatchObject({ name: 'NoSuchKey', Key: 'none' });
    }
  });
});

describe('a function’s role', () => {
  /** A client of a function whose role allows these actions on all objects of the bucket. */
  async function clientOf(name: string, ...actions: string[]): Promise<S3Client> {
    const Statement: PolicyStatement = {
      Effect: 'Allow',
      Action: actions.map((action) => `s3:${action}`),
      Resource: `arn:aws:s3:::${Bucket}/*`,
    };
    const Policies = [{ PolicyName: 'own', PolicyDocument: { Statement: [Statement] } }];
    const role = await aws.identities.resources['AWS::IAM::Role']?.deploy(
      declare('AWS::IAM::Role', { RoleName: name, Policies }),
    );
    const roleArn = role?.attributes.Arn;
    const credentials = aws.callers.issue({ kind: 'function', name, roleArn });
    return new S3Client({ ...clientSettings(aws), credentials });
  }
  const denied = (action: string) => ({
    name: 'AccessDenied',
    message: expect.stringContaining(`perform: s3:${action} on resource`),
  });

  it('must allow each of the three operations by its own name', async () => {
    await put('k');
    const blind = await clientOf('blind', 'GetObject', 'PutObject');
    const Tagging = { TagSet: [] };
    for (const [command, action] of [
      [new PutObjectTaggingCommand({ Bucket, Key: 'k', Tagging }), 'PutObjectTagging'],
      [new GetObjectTaggingCommand({ Bucket, Key: 'k' }), 'GetObjectTagging'],
      [new DeleteObjectTaggingCommand({ Bucket, Key: 'k' }), 'DeleteObjectTagging'],
    ] as const) {
      await expect(blind.send(command as PutObjectTaggingCommand)).rejects.toMatchObject(denied(action));
      const seeing = await clientOf(`only-${action}`, action);
      await seeing.send(command as PutObjectTaggingCommand);
      seeing.destroy();
    }
    blind.destroy();
  });

  it('must allow PutObjectTagging for tags that come along', async () => {
    const writer = await clientOf('writer', 'PutObject');
    const tagger = await clientOf('tagger', 'PutObject', 'PutObjectTagging');
    for (const command of [
      new PutObjectCommand({ Bucket, Key: 'k', Body: 'x', Tagging: 'a=1' }),
      new CreateMultipartUploadCommand({ Bucket, Key: 'k', Tagging: 'a=1' }),
    ]) {
      await expect(writer.send(command as PutObjectCommand)).rejects.toMatchObject(
        denied('PutObjectTagging'),
      );
      await tagger.send(command as PutObjectCommand);
    }
    await writer.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
    writer.destroy();
    tagger.destroy();
  });

  it('must allow a copy to take the tags along, if there are any', async () => {
    await put('plain');
    await put('tagged', { Tagging: 'a=1' });
    const copy = (from: string, more: object = {}) =>
      new CopyObjectCommand({ Bucket, Key: 'to', CopySource: `${Bucket}/${from}`, ...more });
    const copier = await clientOf('copier', 'GetObject', 'PutObject');
    await copier.send(copy('plain'));
    await copier.send(copy('tagged', { TaggingDirective: 'REPLACE' }));
    await expect(copier.send(copy('tagged'))).rejects.toMatchObject(denied('GetObjectTagging'));
    await expect(
      copier.send(copy('plain', { TaggingDirective: 'REPLACE', Tagging: 'b=2' })),
    ).rejects.toMatchObject(denied('PutObjectTagging'));
    const half = await clientOf('half', 'GetObject', 'PutObject', 'GetObjectTagging');
    await expect(half.send(copy('tagged'))).rejects.toMatchObject(denied('PutObjectTagging'));
    const whole = await clientOf('whole', 'GetObject', 'PutObject', 'GetObjectTagging', 'PutObjectTagging');
    await whole.send(copy('tagged'));
    for (const client of [copier, half, whole]) client.destroy();
  });

  it('must allow GetObjectTagging to be told how many tags there are', async () => {
    await put('k', { Tagging: 'a=1' });
    const reader = await clientOf('reader', 'GetObject');
    expect((await reader.send(new GetObjectCommand({ Bucket, Key: 'k' }))).TagCount).toBeUndefined();
    const counter = await clientOf('counter', 'GetObject', 'GetObjectTagging');
    expect((await counter.send(new GetObjectCommand({ Bucket, Key: 'k' }))).TagCount).toBe(1);
    const denials = aws.observations
      .recent()
      .filter((seen) => seen.kind === 'denied' && seen.caller === 'reader');
    expect(denials).toEqual([]);
    reader.destroy();
    counter.destroy();
  });
});
