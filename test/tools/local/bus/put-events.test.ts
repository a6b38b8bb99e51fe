import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Events, entry, openEvents } from './open-events.ts';

let events: Events;
let queue: string;

beforeEach(async () => {
  events = await openEvents();
  queue = events.queue('heard');
  await events.rule({ name: 'hear', pattern: { source: [{ prefix: '' }] }, target: { Arn: queue } });
});

afterEach(() => events.close());

describe('PutEvents', () => {
  it('delivers the envelope in the key order and spelling of AWS', async () => {
    const { Entries } = await events.put({
      ...entry,
      Detail: '{ "b" : 1.0, "a": [ 9007199254740993, "x  y" ] }',
      Resources: ['arn:aws:s3:::uploads'],
      Time: new Date('2022-01-01T05:06:07.890Z'),
    });
    await events.observations.waitFor('delivered');
    expect(events.take(queue)[0]?.body).toBe(
      `{"version":"0","id":"${Entries?.[0]?.EventId}","detail-type":"Said","source":"app","account":"000000000000","time":"2022-01-01T05:06:07Z","region":"us-east-1","resources":["arn:aws:s3:::uploads"],"detail":{"b":1.0,"a":[9007199254740993,"x  y"]}}`,
    );
  });

  it('gives every target of every rule the same id', async () => {
    const other = events.queue('other');
    await events.rule({ name: 'also', target: { Arn: other } });
    const { Entries } = await events.put(entry);
    await events.observations.waitFor('delivered', ({ rule }) => rule === 'also');
    await events.observations.waitFor('delivered', ({ rule }) => rule === 'hear');
    const ids = [queue, other].map((arn) => JSON.parse(events.take(arn)[0]?.body ?? '{}').id);
    expect(ids).toEqual([Entries?.[0]?.EventId, Entries?.[0]?.EventId]);
  });

  it('stamps the current time, in whole seconds, when none is given', async () => {
    events.clock.advance(3_600_000);
    await events.put(entry);
    await events.observations.waitFor('delivered');
    const { time } = JSON.parse(events.take(queue)[0]?.body ?? '{}');
    expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(Date.parse(time)).toBeGreaterThan(Date.now() + 3_500_000);
  });

  it('reports what was published, with the size that AWS bills and the caller', async () => {
    await events.put({ ...entry, Source: 'äpp', Resources: ['r1'], Time: new Date() });
    expect(await events.observations.waitFor('published')).toMatchObject({
      bus: 'default',
      source: 'äpp',
      detailType: 'Said',
      bytes: 4 + 4 + 7 + 2 + 14,
      caller: 'user',
    });
  });

  it('refuses entries one by one, in order, and accepts the rest', async () => {
    const { FailedEntryCount, Entries } = await events.put(
      entry,
      { ...entry, Source: undefined },
      { ...entry, DetailType: '' },
      { ...entry, Detail: undefined },
      { ...entry, Source: 'aws.s3' },
      entry,
    );
    expect(FailedEntryCount).toBe(4);
    const missing = (name: string) => ({
      ErrorCode: 'InvalidArgument',
      ErrorMessage: `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
    });
    expect(Entries).toEqual([
      { EventId: expect.any(String) },
      missing('Source'),
      missing('DetailType'),
      missing('Detail'),
      { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' },
      { EventId: expect.any(String) },
    ]);
  });

  it.each(['NotJSON', '[]', '{{}', '"NotJSON"', 'null'])(
    'refuses the detail %s as malformed',
    async (Detail) => {
      const { Entries } = await events.put({ ...entry, Detail });
      expect(Entries).toEqual([{ ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' }]);
    },
  );

  it('answers 200 for an unknown bus and drops the event', async () => {
    const { FailedEntryCount, Entries } = await events.put({ ...entry, EventBusName: 'nowhere' }, entry);
    expect([FailedEntryCount, Entries?.length]).toEqual([0, 2]);
    await events.observations.waitFor('delivered');
    expect(events.observations.recent().filter(({ kind }) => kind === 'published')).toHaveLength(1);
  });

  it('refuses more than ten entries', async () => {
    const eleven = new PutEventsCommand({ Entries: new Array(11).fill(entry) });
    await expect(events.client.send(eleven)).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(
        /^1 validation error detected: Value '\[PutEventsRequestEntry\(time=null, source=app, resources=null, detailType=Said, detail=\{"n":1\}, eventBusName=null, traceHeader=null, kmsKeyIdentifier=null, internalMetadata=null\), .* at 'entries' failed to satisfy constraint: Member must have length less than or equal to 10$/,
      ),
    });
  });

  it('accepts a mebibyte and refuses a byte more', async () => {
    const filled = (bytes: number) => ({
      ...entry,
      Detail: JSON.stringify({ text: 'x'.repeat(bytes - '{"text":""}'.length - 'appSaid'.length) }),
    });
    expect((await events.put(filled(1_048_576))).FailedEntryCount).toBe(0);
    await expect(events.put(filled(1_048_577))).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'Total size of the entries in the request is over the limit.',
    });
  });

  it('never shows in its answer that a target is gone', async () => {
    await events.rule({ name: 'gone', target: { Arn: 'arn:aws:sqs:us-east-1:000000000000:gone' } });
    expect((await events.put(entry)).FailedEntryCount).toBe(0);
    await events.observations.waitFor(
      'undeliverable',
      ({ rule, code }) => rule === 'gone' && code === 'NO_RESOURCE',
    );
  });

  it('fails struck entries alone when told to throttle', async () => {
    events.faults.inject({ hop: 'bus', effect: 'throttle', times: 1, subject: 'second' });
    const { FailedEntryCount, Entries } = await events.put(entry, { ...entry, DetailType: 'second' }, entry);
    expect(FailedEntryCount).toBe(1);
    expect(Entries?.[1]?.ErrorCode).toMatch(/^(ThrottlingException|InternalFailure)$/);
  });

  it('holds events back for as long as it is told to delay', async () => {
    events.faults.inject({ hop: 'bus', effect: 'delay', ms: 60_000 });
    await events.put(entry);
    await events.observations.waitFor('faulted');
    expect(events.take(queue)).toEqual([]);
    events.clock.advance(60_000);
    await events.observations.waitFor('delivered');
    expect(events.take(queue)).toHaveLength(1);
  });
});

describe("AWS's own events", () => {
  it('reach the default bus under a source that nobody else may use', async () => {
    const id = events.buses.putServiceEvent({
      source: 'aws.s3',
      detailType: 'Object Created',
      resources: ['arn:aws:s3:::uploads'],
      detail: { version: '0', bucket: { name: 'uploads' } },
    });
    await events.observations.waitFor('delivered');
    expect(events.take(queue)[0]?.body).toMatch(
      new RegExp(
        `^{"version":"0","id":"${id}","detail-type":"Object Created","source":"aws.s3",.*"resources":\\["arn:aws:s3:::uploads"\\],"detail":{"version":"0","bucket":{"name":"uploads"}}}$`,
      ),
    );
    expect(await events.observations.waitFor('published')).toMatchObject({ caller: 's3.amazonaws.com' });
  });
});
