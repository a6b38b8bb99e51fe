import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { objectCreated } from '../../generated/events/object-created.ts';
import { findViolation } from '../../services/runtime/find-violation.ts';
import { plainCsv } from '../flow/open-tasks-flow.ts';
import { type Hops, keyOf, openHops } from './open-hops.ts';

let hops: Hops;
beforeAll(async () => {
  hops = await openHops();
});
afterAll(() => hops.close());

it('tells of an upload on the default bus, and one hop later on ours, under an id of its own', async () => {
  const key = await hops.upload(plainCsv(2), 'first.csv');
  await hops.untilQuiet();

  const said = await hops.defaultBus.waitFor((event) => keyOf(event) === key);
  const heard = await hops.bus.waitFor((event) => keyOf(event) === key);
  const { id, ...rest } = heard;
  expect(said).toMatchObject(rest);
  expect(id).not.toBe(said.id);
  expect(heard).toMatchObject({
    source: 'aws.s3',
    'detail-type': 'Object Created',
    resources: [`arn:aws:s3:::${hops.names.uploadsBucket}`],
  });
  expect(findViolation(objectCreated.validate, heard.detail)).toBeUndefined();
});

it('gives a key as it is, not URL-encoded, to the bus and to the file', async () => {
  const key = await hops.upload(plainCsv(2), 'Einkäufe für März + 50%41.csv');
  await hops.untilQuiet();

  expect(key).toBe('task-files/ada/Einkäufe für März + 50%41.csv');
  expect(hops.chainOf(key)).toHaveLength(3);
  expect(await hops.files(key)).toMatchObject([{ status: 'COMPLETED', created: 2 }]);
});

it('tells our bus of an object anywhere in the bucket, but the reader hears of its own folder only', async () => {
  const { aws, names } = hops;
  const Key = 'pictures/task-files/ada.csv';
  const unmatched = hops.next('unmatched', ({ rule }) => rule === names.rule('read-task-file', 1));
  await hops.s3.send(new PutObjectCommand({ Bucket: names.uploadsBucket, Key, Body: plainCsv(1) }));

  const heard = await hops.bus.waitFor((event) => keyOf(event) === Key);
  expect(await unmatched).toMatchObject({
    eventId: heard.id,
    clause: expect.stringContaining('task-files/'),
  });
  const matched = aws.observations
    .recent()
    .flatMap((one) => (one.kind === 'matched' && one.eventId === heard.id ? [one.rule] : []));
  expect(matched).toEqual([`heard-on-${names.bus}`]);
});

it('tells of an upload in parts once, when it is complete', async () => {
  const object = { Bucket: hops.names.uploadsBucket, Key: 'task-files/ada/parts.csv' };
  const { UploadId } = await hops.s3.send(new CreateMultipartUploadCommand(object));
  const part = { ...object, UploadId, PartNumber: 1 };
  const { ETag } = await hops.s3.send(new UploadPartCommand({ ...part, Body: plainCsv(20) }));
  expect(hops.defaultBus.events.filter((event) => keyOf(event) === object.Key)).toEqual([]);

  const MultipartUpload = { Parts: [{ ETag, PartNumber: 1 }] };
  await hops.s3.send(new CompleteMultipartUploadCommand({ ...object, UploadId, MultipartUpload }));
  await hops.untilQuiet();

  expect(hops.defaultBus.events.filter((event) => keyOf(event) === object.Key)).toMatchObject([
    { detail: { reason: 'CompleteMultipartUpload', object: { etag: expect.stringMatching(/-1$/) } } },
  ]);
  expect(await hops.files(object.Key)).toMatchObject([{ status: 'COMPLETED', created: 20 }]);
});

it('makes no file of the empty object that stands for a folder', async () => {
  const Key = 'task-files/ada/';
  await hops.s3.send(new PutObjectCommand({ Bucket: hops.names.uploadsBucket, Key, ContentLength: 0 }));
  await hops.untilQuiet();

  expect(hops.chainOf(Key)).toHaveLength(1);
  expect(await hops.files(Key)).toEqual([]);
  expect(await hops.takeDeadLetters('read-task-file')).toEqual([]);
});

it('keeps a deletion to the default bus', async () => {
  const key = await hops.upload(plainCsv(1), 'deleted.csv');
  await hops.untilQuiet();
  const unmatched = hops.next('unmatched', ({ rule }) => rule === hops.names.uploadsRule);
  await hops.s3.send(new DeleteObjectCommand({ Bucket: hops.names.uploadsBucket, Key: key }));

  const said = await hops.defaultBus.waitFor(
    (event) => event['detail-type'] === 'Object Deleted' && keyOf(event) === key,
  );
  expect(await unmatched).toMatchObject({ eventId: said.id });
});

it('tells one upload of a key from the next: the one that was replaced unread fails and says so', async () => {
  await hops.pause('read-task-file');
  await hops.upload(plainCsv(3), 'replaced.csv');
  const key = await hops.upload(plainCsv(5), 'replaced.csv');
  hops.resume('read-task-file');
  await hops.untilQuiet();

  const files = await hops.files(key);
  expect(files.map(({ status, reason, created }) => ({ status, reason, created }))).toEqual(
    expect.arrayContaining([
      { status: 'FAILED', reason: expect.stringContaining('the object was replaced'), created: undefined },
      { status: 'COMPLETED', reason: undefined, created: 5 },
    ]),
  );
  expect(files).toHaveLength(2);
});

it('keeps an upload that our bus did not take in its dead-letter queue, good to be read later', async () => {
  const { names } = hops;
  const putRight = await hops.misdirect({ Rule: names.uploadsRule, EventBusName: 'default' });
  const lost = hops.next('dead-lettered', ({ queue }) => queue === names.deadLetters('uploads'));
  const key = await hops.upload(plainCsv(4), 'early.csv');
  expect(await lost).toMatchObject({ door: 'rule' });
  await putRight();

  const [letter, ...others] = await hops.takeDeadLetters('uploads');
  expect(others).toEqual([]);
  expect(letter?.MessageAttributes).toMatchObject({
    RULE_ARN: { StringValue: expect.stringContaining(`rule/${names.uploadsRule}`) },
    TARGET_ARN: { StringValue: expect.stringContaining('that-is-gone') },
  });
  await hops.send('read-task-file', letter?.Body ?? '');
  await hops.untilQuiet();
  expect(await hops.files(key)).toMatchObject([{ status: 'COMPLETED', created: 4 }]);
});
