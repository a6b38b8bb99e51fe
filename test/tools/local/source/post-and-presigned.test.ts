import { CreateBucketCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalAws, startLocalAws } from '../../../../tools/local/start-local-aws.ts';
import { clientSettings } from '../client-settings.ts';

let aws: LocalAws;
let s3: S3Client;
const Bucket = 'uploads';
/** S3 puts the chosen file's own name in. */
const OWN_NAME = 'task-files/$' + '{filename}';

beforeAll(async () => {
  aws = await startLocalAws();
  s3 = new S3Client(clientSettings(aws));
  await s3.send(new CreateBucketCommand({ Bucket }));
});

afterAll(async () => {
  s3.destroy();
  await aws.close();
});

async function read(Key: string): Promise<string | undefined> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return Body?.transformToString();
}

// Written by hand: the SDK's presigner is not among the project's dependencies, and the engine checks no signature.
function presigned(key: string): string {
  const credential = encodeURIComponent('local/20261121/us-east-1/s3/aws4_request');
  return `${aws.endpoint}/${Bucket}/${key}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${credential}&X-Amz-Date=20261121T000000Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host&X-Amz-Signature=0`;
}

describe('a presigned URL', () => {
  it('takes an upload and gives it back, without any header of AWS’s', async () => {
    const put = await fetch(presigned('by-url.csv'), { method: 'PUT', body: 'title\nMilk' });
    expect(put.status).toBe(200);
    const get = await fetch(presigned('by-url.csv'));
    expect(await get.text()).toBe('title\nMilk');
  });
});

describe('a browser’s form', () => {
  const inAnHour = () => new Date(aws.clock.now() + 3_600_000).toISOString();

  function post(options: {
    key?: string;
    body?: string;
    conditions?: unknown[];
    expiration?: string;
    more?: object;
  }) {
    const { key = OWN_NAME, body = 'hello', conditions, expiration = inAnHour(), more = {} } = options;
    const policy = {
      expiration,
      conditions: conditions ?? [
        { bucket: Bucket },
        ['starts-with', '$key', 'task-files/'],
        ['content-length-range', 1, 10],
      ],
    };
    const form = new FormData();
    form.set('key', key);
    form.set('Content-Type', 'text/csv');
    form.set('policy', Buffer.from(JSON.stringify(policy)).toString('base64'));
    for (const [name, value] of Object.entries(more)) form.set(name, value);
    form.set('file', new File([body], 'my tasks.csv'));
    return fetch(`${aws.endpoint}/${Bucket}`, { method: 'POST', body: form, redirect: 'manual' });
  }

  it('puts a file under its own name', async () => {
    const answer = await post({});
    expect(answer.status).toBe(204);
    expect(await read('task-files/my tasks.csv')).toBe('hello');
    expect(await aws.observations.waitFor('stored', ({ reason }) => reason === 'POST Object')).toMatchObject({
      key: 'task-files/my tasks.csv',
      bytes: 5,
    });
  });

  it('is answered as it asks', async () => {
    const created = await post({ more: { success_action_status: '201' } });
    expect(created.status).toBe(201);
    expect(await created.text()).toContain('<Key>task-files/my tasks.csv</Key>');
    const redirected = await post({ more: { success_action_redirect: 'https://example.org/done?a=b' } });
    expect(redirected.status).toBe(303);
    expect(redirected.headers.get('location')).toMatch(
      /^https:\/\/example\.org\/done\?a=b&bucket=uploads&key=/,
    );
  });

  it.each([
    ['a file that is too large', { body: 'x'.repeat(11) }, 'EntityTooLarge'],
    ['a file that is too small', { body: '' }, 'EntityTooSmall'],
    ['another key', { key: 'elsewhere' }, 'Policy Condition failed'],
    ['another bucket', { conditions: [{ bucket: 'other' }] }, 'Policy Condition failed'],
    ['a policy that has expired', { expiration: '2020-01-01T00:00:00Z' }, 'Policy expired'],
    ['a policy that is none', { more: { policy: 'e30=' } }, 'InvalidPolicyDocument'],
  ])('refuses %s', async (_, options, words) => {
    const answer = await post(options);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(await answer.text()).toContain(words);
  });
});

describe('a body in aws-chunked encoding', () => {
  function upload(body: string, length: number) {
    return fetch(presigned('chunked'), {
      method: 'PUT',
      body,
      headers: { 'content-encoding': 'aws-chunked,gzip', 'x-amz-decoded-content-length': String(length) },
    });
  }

  it('is stored without the encoding', async () => {
    const signature = ';chunk-signature=0';
    const answer = await upload(
      `5${signature}\r\nhello\r\n6${signature}\r\n world\r\n0${signature}\r\n\r\n`,
      11,
    );
    expect(answer.status).toBe(200);
    expect(await read('chunked')).toBe('hello world');
    const { ContentEncoding } = await s3.send(new GetObjectCommand({ Bucket, Key: 'chunked' }));
    expect(ContentEncoding).toBe('gzip');
  });

  it.each([
    ['is cut off', '5\r\nhel', 5, 'IncompleteBody'],
    ['is shorter than it says', '5\r\nhello\r\n0\r\n\r\n', 6, 'IncompleteBody'],
    ['has no chunk size', 'hello world', 11, 'IncompleteBody'],
    ['has words where a size should be', 'hello\r\nworld\r\n', 11, 'InvalidRequest'],
  ])('refuses one that %s', async (_, body, length, code) => {
    const answer = await upload(body, length);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain(`<Code>${code}</Code>`);
  });
});
