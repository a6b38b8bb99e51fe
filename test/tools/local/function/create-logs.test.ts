import { afterAll, beforeAll, expect, it } from 'vitest';
import { type OpenFunctions, openFunctions } from './open-functions.ts';

let aws: OpenFunctions;
beforeAll(async () => {
  aws = await openFunctions();
});
afterAll(() => aws.close());

interface LogsAnswer {
  readonly events: readonly { readonly message: string }[];
  readonly nextToken?: string;
  readonly logGroups?: readonly object[];
}

/** One request of CloudWatch Logs, as an SDK would send it. */
async function call(operation: string, input: object): Promise<LogsAnswer> {
  const response = await fetch(aws.endpoint, {
    method: 'POST',
    headers: {
      authorization:
        'AWS4-HMAC-SHA256 Credential=local/20261121/us-east-1/logs/aws4_request, SignedHeaders=host, Signature=00',
      'x-amz-target': `Logs_20140328.${operation}`,
    },
    body: JSON.stringify(input),
  });
  return (await response.json()) as LogsAnswer;
}

it('answers with the lines of a group, by words, by time and page by page', async () => {
  for (const message of ['one red', 'two blue', 'three red']) {
    aws.logs.write('/group', 'stream', message);
    aws.clock.advance(1_000);
  }
  const messages = async (input: object) =>
    (await call('FilterLogEvents', { logGroupName: '/group', ...input })).events.map(
      ({ message }) => message,
    );
  expect(await messages({})).toEqual(['one red', 'two blue', 'three red']);
  expect(await messages({ filterPattern: 'red' })).toEqual(['one red', 'three red']);
  expect(await messages({ filterPattern: '"two blue"' })).toEqual(['two blue']);
  expect(await messages({ filterPattern: '?blue ?"ee r"' })).toEqual(['two blue', 'three red']);
  expect(await messages({ filterPattern: '?blue ?green' })).toEqual(['two blue']);
  const [, second] = aws.logs.lines('/group');
  expect(await messages({ startTime: second?.timestamp })).toEqual(['two blue', 'three red']);
  expect(await messages({ endTime: second?.timestamp })).toEqual(['one red']);
  const { nextToken } = await call('FilterLogEvents', { logGroupName: '/group', limit: 2 });
  expect(await messages({ limit: 2, nextToken })).toEqual(['three red']);
});

it('lists groups by prefix', async () => {
  aws.logs.write('/listed/b', 'stream', 'é');
  aws.logs.write('/listed/a', 'stream', '');
  const { logGroups } = await call('DescribeLogGroups', { logGroupNamePrefix: '/listed' });
  expect(logGroups).toMatchObject([
    { logGroupName: '/listed/a', storedBytes: 0 },
    {
      logGroupName: '/listed/b',
      storedBytes: 2,
      arn: 'arn:aws:logs:us-east-1:000000000000:log-group:/listed/b:*',
    },
  ]);
});

it('keeps the last 10,000 lines', () => {
  for (let n = 0; n < 25_000; n += 1) aws.logs.write('/long', 'stream', String(n));
  const lines = aws.logs.lines('/long');
  expect(lines).toHaveLength(10_000);
  expect(lines.at(-1)?.message).toBe('24999');
});

it('refuses a group that is not there, and a pattern beyond words', async () => {
  expect(await call('FilterLogEvents', { logGroupName: '/none' })).toMatchObject({
    __type: 'ResourceNotFoundException',
    message: 'The specified log group does not exist.',
  });
  aws.logs.write('/group', 'stream', 'x');
  for (const filterPattern of ['{ $.a = 1 }', 'red ?blue']) {
    expect(await call('FilterLogEvents', { logGroupName: '/group', filterPattern })).toMatchObject({
      __type: 'InvalidParameterException',
      message: expect.stringContaining(filterPattern),
    });
  }
});

it('makes a group once, when it is asked to', async () => {
  await call('CreateLogGroup', { logGroupName: '/made' });
  expect(aws.logs.has('/made')).toBe(true);
  expect(await call('DescribeLogGroups', { logGroupNamePrefix: '/made' })).toMatchObject({
    logGroups: [{ logGroupName: '/made', storedBytes: 0 }],
  });
  expect(await call('CreateLogGroup', { logGroupName: '/made' })).toMatchObject({
    __type: 'ResourceAlreadyExistsException',
    message: 'The specified log group already exists',
  });
});
