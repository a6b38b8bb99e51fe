import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Queue } from '../../../../tools/local/queue/queues.ts';
import { user } from '../../../../tools/local/wire/callers.ts';
import { type OpenFunctions, openFunctions } from './open-functions.ts';

let aws: OpenFunctions;
beforeAll(async () => {
  aws = await openFunctions();
  for (const name of ['first', 'second']) await aws.addFunction(name, 'exports.handler = async () => null;');
});
afterAll(() => aws.close());

/** A request of Lambda's API, as an SDK would send it. */
async function call(method: string, path: string, body: object) {
  const response = await fetch(`${aws.endpoint}/2015-03-31/event-source-mappings/${path}`, {
    method,
    headers: {
      authorization:
        'AWS4-HMAC-SHA256 Credential=local/20261121/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=00',
    },
    ...(method !== 'GET' && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const create = (queue: Queue, input: object = {}) =>
  call('POST', '', { EventSourceArn: queue.arn, FunctionName: 'first', ...input });

it('answers 202 and Creating, or Disabled when it is not enabled', async () => {
  const queue = await aws.addQueue('states');
  expect(await create(queue)).toMatchObject({ status: 202, body: { State: 'Creating' } });
  const disabled = await create(queue, { FunctionName: 'second', Enabled: false });
  expect(disabled).toMatchObject({ status: 202, body: { State: 'Disabled' } });
});

it('feeds two functions from one queue when there are two mappings', async () => {
  const queue = await aws.addQueue('shared');
  expect((await create(queue)).status).toBe(202);
  expect((await create(queue, { FunctionName: 'second' })).status).toBe(202);
});

it('goes on with a queue that is deleted and made again', async () => {
  const before = await aws.addQueue('again');
  await create(before);
  await aws.queues.resources['AWS::SQS::Queue']?.remove(before.url);
  const after = await aws.addQueue('again');
  expect(after).not.toBe(before);
  const { messageId } = after.send({ body: 'x' }, user);
  await aws.observations.waitFor('settled', ({ done }) => done.includes(messageId));
});

it('keeps the version or alias that the function was named with', async () => {
  const queue = await aws.addQueue('qualified');
  const arn = 'arn:aws:lambda:us-east-1:000000000000:function:first:$LATEST';
  const { body } = await create(queue, { FunctionName: arn });
  expect(body.FunctionArn).toBe(arn);
  const { messageId } = queue.send({ body: 'x' }, user);
  await aws.observations.waitFor('settled', ({ done }) => done.includes(messageId));
  const listed = await call('GET', '?FunctionName=first', {});
  expect(listed.body.EventSourceMappings).toContainEqual(expect.objectContaining({ FunctionArn: arn }));
});

it('moves later messages to the function that an update names', async () => {
  const queue = await aws.addQueue('moved');
  const { body } = await create(queue);
  const settledBy = async (text: string) => {
    const { messageId } = queue.send({ body: text }, user);
    return (await aws.observations.waitFor('settled', ({ done }) => done.includes(messageId))).function;
  };
  expect(await settledBy('before')).toBe('first');
  await call('PUT', String(body.UUID), { FunctionName: 'second' });
  expect(await settledBy('after')).toBe('second');
});

it('shows filters and concurrency only while they are set', async () => {
  const queue = await aws.addQueue('optional');
  const { body } = await create(queue);
  expect(body).not.toHaveProperty('FilterCriteria');
  expect(body).not.toHaveProperty('ScalingConfig');
  const FilterCriteria = { Filters: [{ Pattern: '{"body":["x"]}' }] };
  const ScalingConfig = { MaximumConcurrency: 2 };
  const set = await call('PUT', String(body.UUID), { FilterCriteria, ScalingConfig });
  expect(set.body).toMatchObject({ FilterCriteria, ScalingConfig, State: 'Updating' });
  const unset = await call('PUT', String(body.UUID), { FilterCriteria: {}, ScalingConfig: {} });
  expect(unset.body).not.toHaveProperty('FilterCriteria');
  expect(unset.body).not.toHaveProperty('ScalingConfig');
});

it('delivers thirty waiting messages in two batches of at most twenty', async () => {
  const queue = await aws.addQueue('thirty');
  for (let n = 0; n < 30; n += 1) queue.send({ body: String(n) }, user);
  const scaling = { ScalingConfig: { MaximumConcurrency: 2 } };
  await create(queue, { BatchSize: 20, MaximumBatchingWindowInSeconds: 1, ...scaling });
  const settled = (count: number) =>
    aws.observations.waitFor('settled', (seen) => seen.queue === 'thirty' && seen.done.length === count);
  await settled(20);
  aws.clock.advance(1000);
  await settled(10);
  expect(queue.depth()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
});

it.each([15, 100, 1000, 10_000])('takes a batch size of %d with a window', async (BatchSize) => {
  const queue = await aws.addQueue(`batch-${BatchSize}`);
  expect((await create(queue, { BatchSize, MaximumBatchingWindowInSeconds: 1 })).body.BatchSize).toBe(
    BatchSize,
  );
});

it('takes a visibility timeout equal to the function’s timeout', async () => {
  await aws.addFunction('equal', 'exports.handler = async () => null;', { Timeout: 30 });
  const queue = await aws.addQueue('equal', { VisibilityTimeout: 30 });
  expect((await create(queue, { FunctionName: 'equal' })).status).toBe(202);
});

it('refuses a batch of more than ten without a window, also in an update', async () => {
  const queue = await aws.addQueue('large');
  const Message =
    'Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10';
  const { body } = await create(queue);
  expect(await call('PUT', String(body.UUID), { BatchSize: 11 })).toMatchObject({
    status: 400,
    body: { Type: 'User', Message },
  });
  expect((await call('GET', String(body.UUID), {})).body.BatchSize).toBe(10);
});

it.each(['null', '"simple string"', '{"eventSource":"aws:sqs"}', '{"eventSource":[]}'])(
  'refuses the filter %s',
  async (Pattern) => {
    const queue = await aws.addQueue('unfiltered');
    expect(await create(queue, { FilterCriteria: { Filters: [{ Pattern }] } })).toMatchObject({
      status: 400,
      body: { Type: 'User', Message: 'Invalid filter pattern definition.' },
    });
  },
);

it('is unknown when it was never made', async () => {
  expect(await call('GET', 'c0ffee', {})).toMatchObject({
    status: 404,
    body: { Type: 'User', Message: 'The resource you requested does not exist.' },
  });
});
