import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OpenFunctions, openFunctions } from './open-functions.ts';

let aws: OpenFunctions;
beforeAll(async () => {
  aws = await openFunctions();
  await aws.addFunction(
    'echo',
    'exports.handler = async (event) => { if (event.fail) throw new Error("no"); return event; };',
    {
      Description: 'Answers what it is asked.',
      Environment: { Variables: { A: '1' } },
      Timeout: 20,
    },
  );
});
afterAll(() => aws.close());

/** One request of Lambda's REST API, as an SDK would send it. */
async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${aws.endpoint}/2015-03-31${path}`, {
    method,
    headers: {
      authorization:
        'AWS4-HMAC-SHA256 Credential=local/20261121/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=00',
      ...headers,
    },
    body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? undefined : JSON.parse(text),
  };
}

describe('Invoke', () => {
  it('answers with the result, and marks a function’s error', async () => {
    const done = await call('POST', '/functions/echo/invocations', { a: 1 });
    expect(done).toMatchObject({ status: 200, body: { a: 1 } });
    expect(done.headers.get('x-amz-executed-version')).toBe('$LATEST');
    expect(done.headers.get('x-amz-function-error')).toBeNull();
    const failed = await call('POST', '/functions/echo/invocations', { fail: true });
    expect(failed).toMatchObject({ status: 200, body: { errorType: 'Error', errorMessage: 'no' } });
    expect(failed.headers.get('x-amz-function-error')).toBe('Unhandled');
  });

  it('takes a name, a partial ARN or an ARN, with or without a qualifier', async () => {
    for (const name of [
      'echo',
      '000000000000:function:echo',
      'arn:aws:lambda:us-east-1:000000000000:function:echo:$LATEST',
    ]) {
      const { status } = await call('POST', `/functions/${encodeURIComponent(name)}/invocations`, {});
      expect({ name, status }).toEqual({ name, status: 200 });
    }
  });

  it('checks alone for a dry run', async () => {
    const before = aws.observations.recent().filter(({ kind }) => kind === 'invoked').length;
    const { status } = await call(
      'POST',
      '/functions/echo/invocations',
      {},
      { 'x-amz-invocation-type': 'DryRun' },
    );
    expect(status).toBe(204);
    expect(aws.observations.recent().filter(({ kind }) => kind === 'invoked')).toHaveLength(before);
  });

  it('runs an event later, and an erring one three times in all: after one more and two more minutes', async () => {
    await aws.addFunction('later', 'exports.handler = async () => { throw new Error("never"); };');
    const runs = () =>
      aws.observations.recent().filter((seen) => seen.kind === 'invoked' && seen.function === 'later');
    const untilRuns = (count: number) => aws.observations.waitFor('invoked', () => runs().length >= count);
    const { status } = await call(
      'POST',
      '/functions/later/invocations',
      {},
      { 'x-amz-invocation-type': 'Event' },
    );
    expect(status).toBe(202);
    await untilRuns(1);
    for (const [count, ms] of [
      [2, 60_000],
      [3, 120_000],
    ] as const) {
      await step(ms);
      await untilRuns(count);
    }
    await step(24 * 3_600_000);
    await call('POST', '/functions/echo/invocations', {});
    expect(runs()).toHaveLength(3);
  });

  it.each([
    ['a function that is not there', 'nobody', '{}', 404, 'ResourceNotFoundException'],
    ['a payload that is no JSON', 'echo', '{', 400, 'InvalidRequestContentException'],
    [
      'a payload above 6 MB',
      'echo',
      JSON.stringify('x'.repeat(6_291_456)),
      413,
      'RequestEntityTooLargeException',
    ],
  ])('refuses %s', async (_, name, payload, status, code) => {
    const answer = await call('POST', `/functions/${name}/invocations`, payload);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('x-amzn-errortype')).toBe(code);
    expect(answer.body).toMatchObject({ Type: 'User' });
  });
});

it('describes a function and lists all', async () => {
  const expected = {
    FunctionName: 'echo',
    FunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:echo',
    Description: 'Answers what it is asked.',
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Timeout: 20,
    MemorySize: 128,
    Environment: { Variables: { A: '1' } },
    State: 'Active',
  };
  expect((await call('GET', '/functions/echo')).body).toMatchObject({ Configuration: expected });
  expect((await call('GET', '/functions/echo/configuration')).body).toMatchObject(expected);
  expect((await call('GET', '/functions/')).body.Functions).toContainEqual(expect.objectContaining(expected));
});

it('refuses an operation that it has not, naming those it has', async () => {
  const { body, status } = await call('PUT', '/functions/echo/concurrency', {});
  expect(status).toBe(404);
  expect(body.Message).toMatch(
    /no operation PUT \/2015-03-31\/functions\/echo\/concurrency; it has Invoke, /,
  );
});

describe('an event source mapping', () => {
  it('is created, read, listed, updated and deleted in the recorded shapes', async () => {
    const queue = await aws.addQueue('mapped');
    const created = await call('POST', '/event-source-mappings/', {
      EventSourceArn: queue.arn,
      FunctionName: 'echo',
    });
    expect(created.status).toBe(202);
    const { UUID } = created.body;
    const mapping = {
      BatchSize: 10,
      EventSourceArn: queue.arn,
      EventSourceMappingArn: `arn:aws:lambda:us-east-1:000000000000:event-source-mapping:${UUID}`,
      FunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:echo',
      FunctionResponseTypes: [],
      LastModified: expect.any(Number),
      MaximumBatchingWindowInSeconds: 0,
      State: 'Creating',
      StateTransitionReason: 'USER_INITIATED',
      UUID,
    };
    expect(created.body).toEqual(mapping);
    const path = `/event-source-mappings/${UUID}`;
    expect((await call('GET', path)).body).toEqual({ ...mapping, State: 'Enabled' });
    const listed = await call('GET', `/event-source-mappings/?FunctionName=echo&EventSourceArn=${queue.arn}`);
    expect(listed.body).toEqual({ EventSourceMappings: [{ ...mapping, State: 'Enabled' }] });
    const updated = await call('PUT', path, { BatchSize: 5, ScalingConfig: { MaximumConcurrency: 2 } });
    expect(updated).toMatchObject({
      status: 202,
      body: { BatchSize: 5, ScalingConfig: { MaximumConcurrency: 2 }, State: 'Updating' },
    });
    expect((await call('PUT', path, { Enabled: false })).body.State).toBe('Disabling');
    expect((await call('GET', path)).body).toMatchObject({ BatchSize: 5, State: 'Disabled' });
    expect((await call('PUT', path, { Enabled: true })).body.State).toBe('Enabling');
    expect(await call('DELETE', path)).toMatchObject({ status: 202, body: { UUID, State: 'Deleting' } });
    expect(await call('GET', path)).toMatchObject({
      status: 404,
      body: { Message: 'The resource you requested does not exist.' },
    });
  });

  it('takes no message while it is disabled', async () => {
    const queue = await aws.addQueue('disabled');
    const uuid = await aws.map(queue, 'echo', { Enabled: false });
    const { messageId } = queue.send({ body: 'x' }, { kind: 'user', name: 'user' });
    expect((await call('GET', `/event-source-mappings/${uuid}`)).body.State).toBe('Disabled');
    expect(queue.depth().visible).toBe(1);
    await call('PUT', `/event-source-mappings/${uuid}`, { Enabled: true });
    await aws.observations.waitFor('settled', ({ done }) => done.includes(messageId));
  });

  it('can be made once for a queue and a function', async () => {
    const queue = await aws.addQueue('twice');
    const uuid = await aws.map(queue, 'echo');
    const again = await call('POST', '/event-source-mappings/', {
      EventSourceArn: queue.arn,
      FunctionName: 'echo',
    });
    expect(again.status).toBe(409);
    expect(again.headers.get('x-amzn-errortype')).toBe('ResourceConflictException');
    expect(again.body.Message).toBe(
      `An event source mapping with SQS arn (" ${queue.arn} ") and function (" echo ") already exists. Please update or delete the existing mapping with UUID ${uuid}`,
    );
  });

  it.each([
    [
      { BatchSize: 11 },
      'Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10',
    ],
    [{ FunctionName: 'nobody' }, 'Function does not exist'],
    [{ EventSourceArn: undefined }, 'Unrecognized event source.'],
    [
      { EventSourceArn: 'arn:aws:sqs:us-east-1:000000000000:nowhere' },
      'Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does not exist.',
    ],
    [
      { DestinationConfig: {} },
      'Unsupported DestinationConfig parameter for given event source mapping type.',
    ],
    [
      { ProvisionedPollerConfig: {} },
      'ProvisionedPollerConfig is not supported here: leave it out of the mapping',
    ],
    [
      { ScalingConfig: { MaximumConcurrency: 1 } },
      'MaximumConcurrency must be a whole number from 2 to 1000, not 1',
    ],
    [
      { FunctionName: 'slow' },
      'Queue visibility timeout: 30 seconds is less than Function timeout: 31 seconds',
    ],
  ])('refuses %o', async (input, message) => {
    await aws.addFunction('slow', 'exports.handler = async () => 1;', { Timeout: 31 });
    const queue = await aws.addQueue('refused');
    const request = { EventSourceArn: queue.arn, FunctionName: 'echo', ...input };
    const { body, headers, status } = await call('POST', '/event-source-mappings/', request);
    expect({ status, code: headers.get('x-amzn-errortype'), message: body.Message }).toEqual({
      status: 400,
      code: 'InvalidParameterValueException',
      message,
    });
  });
});

/** Lets what is under way arm its timers, then moves the clock. */
async function step(ms: number) {
  await new Promise((resolve) => setImmediate(resolve));
  aws.clock.advance(ms);
}
