import { execFile } from 'node:child_process';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine, LocalService } from '../../../../tools/local/local-service.ts';
import { createObservations } from '../../../../tools/local/observations.ts';
import { type LocalAws, startLocalAws } from '../../../../tools/local/start-local-aws.ts';
import { AwsError } from '../../../../tools/local/wire/aws-error.ts';
import { createCallers } from '../../../../tools/local/wire/callers.ts';
import { createGateway, type Gateway } from '../../../../tools/local/wire/gateway.ts';
import { clientSettings } from '../client-settings.ts';

const callers = createCallers();
const observations = createObservations();
let gateway: Gateway;

const service: LocalService = {
  name: 'toys',
  resources: {},
  close: async () => {},
  protocol: {
    kind: 'json',
    targetPrefix: 'Toys',
    version: '1.1',
    operations: {
      Echo: (input, caller) => ({ input, caller }),
      Refuse: () => {
        throw new AwsError('ToyException', 'no', { status: 418, details: { Toy: 'bear' } });
      },
      Break: () => {
        throw new TypeError('a bug');
      },
      Hang: (_, __, signal) => new Promise((resolve) => signal?.addEventListener('abort', () => resolve({}))),
    },
  },
};

beforeAll(async () => {
  const engine = { observations } as Pick<Engine, 'observations'>;
  gateway = createGateway({ engine, callers });
  await gateway.listen([service]);
});

afterAll(() => gateway.close());

const credential = (name: string, key = 'local') =>
  `AWS4-HMAC-SHA256 Credential=${key}/20261121/us-east-1/${name}/aws4_request, SignedHeaders=host, Signature=0`;

async function call(operation: string, options: { body?: string; authorization?: string } = {}) {
  const { body = '{}', authorization = credential('toys') } = options;
  const response = await fetch(gateway.endpoint, {
    method: 'POST',
    body,
    headers: { authorization, 'x-amz-target': operation },
  });
  return {
    status: response.status,
    answer: (await response.json()) as { message: string },
    headers: response.headers,
  };
}

describe('the gateway', () => {
  it('listens on 127.0.0.1 and a free port', () => {
    expect(gateway.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d{4,5}$/);
  });

  it('finds the service by the credential scope and the caller by the access key', async () => {
    const { accessKeyId } = callers.issue({ kind: 'function', name: 'worker', roleArn: 'arn:r' });
    const { status, answer, headers } = await call('Toys.Echo', {
      body: '{"a":[1]}',
      authorization: credential('toys', accessKeyId),
    });
    expect(status).toBe(200);
    expect(answer).toEqual({
      input: { a: [1] },
      caller: { kind: 'function', name: 'worker', roleArn: 'arn:r' },
    });
    expect(headers.get('content-type')).toBe('application/x-amz-json-1.1');
    expect(headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
    expect(await observations.waitFor('requested', ({ caller }) => caller === 'worker')).toEqual({
      kind: 'requested',
      service: 'toys',
      operation: 'Echo',
      caller: 'worker',
      bytes: 9,
    });
  });

  it('leaves it to the service how large a head may be', async () => {
    const authorization = `${credential('toys')}${'0'.repeat(100_000)}`;
    expect(await call('Toys.Echo', { authorization })).toMatchObject({ status: 200 });
  });

  it('answers an error with its code, words, status and members', async () => {
    expect(await call('Toys.Refuse')).toMatchObject({
      status: 418,
      answer: { __type: 'ToyException', message: 'no', Toy: 'bear' },
    });
  });

  it.each([
    [
      'an unknown service',
      'Toys.Echo',
      { authorization: credential('sns') },
      501,
      'no service "sns"; it has toys',
    ],
    ['an unknown operation', 'Toys.Fly', {}, 400, 'no operation Fly here; it has Echo'],
    ['an operation that every object has', 'Toys.toString', {}, 400, 'no operation toString'],
    ['another service’s operation', 'Books.Echo', {}, 400, 'should be Toys.<operation>'],
    [
      'a request without credentials',
      'Toys.Echo',
      { authorization: '' },
      403,
      'Missing Authentication Token',
    ],
    ['what is not JSON', 'Toys.Echo', { body: '{' }, 400, 'not JSON'],
    ['what is no object', 'Toys.Echo', { body: '[]' }, 400, 'not a JSON object'],
    ['a body above every limit', 'Toys.Echo', { body: ' '.repeat(18 * 1_048_576) }, 413, 'longer than'],
  ])('refuses %s', async (_, operation, options, status, words) => {
    const refused = await call(operation, options);
    expect(refused.status).toBe(status);
    expect(refused.answer.message.replace('missing', 'Missing')).toContain(words);
  });

  it('calls its own bug a bug, and prints where it is', async () => {
    const written: string[] = [];
    const write = process.stderr.write;
    process.stderr.write = ((text: string) => written.push(text) > 0) as typeof write;
    const { status, answer } = await call('Toys.Break').finally(() => {
      process.stderr.write = write;
    });
    expect(status).toBe(500);
    expect(answer).toMatchObject({ __type: 'InternalFailure', message: expect.stringContaining('a bug') });
    expect(written.join('')).toMatch(/failed at toys Break: TypeError: a bug\n.*gateway\.test/s);
  });

  it('hangs up on idle and waiting clients when it closes, and frees its port', async () => {
    const other = createGateway({ engine: { observations: createObservations() }, callers });
    await other.listen([service]);
    const { port } = other;
    const idle = connect(port, '127.0.0.1');
    const idleEnded = new Promise((resolve) => idle.once('close', resolve));
    await new Promise((resolve) => idle.once('connect', resolve));
    const waiting = fetch(other.endpoint, {
      method: 'POST',
      body: '{}',
      headers: { authorization: credential('toys'), 'x-amz-target': 'Toys.Hang' },
    }).then(
      () => 'answered',
      () => 'hung up',
    );
    idle.on('error', () => {});
    await other.close();
    await idleEnded;
    await waiting;
    const again = createGateway({ engine: { observations: createObservations() }, callers, port });
    await again.listen([service]);
    expect(again.port).toBe(port);
    await again.close();
  });
});

describe('the whole local AWS', () => {
  let aws: LocalAws;

  beforeAll(async () => {
    aws = await startLocalAws();
  });

  afterAll(() => aws.close());

  it('refuses a port that is taken, and leaves nothing running', async () => {
    await expect(startLocalAws({ port: aws.port })).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringContaining(`port ${aws.port} on 127.0.0.1 is taken`),
    });
  });

  it('keeps the clients of two engines apart', async () => {
    const second = await startLocalAws();
    const [one, two] = [new SQSClient(clientSettings(aws)), new SQSClient(clientSettings(second))];
    const here = await one.send(new CreateQueueCommand({ QueueName: 'q' }));
    await expect(
      two.send(new ReceiveMessageCommand({ QueueUrl: `${second.endpoint}/000000000000/q` })),
    ).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
    expect(here.QueueUrl).toContain(aws.endpoint);
    one.destroy();
    two.destroy();
    await second.close();
    await second.close();
  });
});

const hasCli = await promisify(execFile)('aws', ['--version']).then(
  () => true,
  () => false,
);

// The AWS CLI is no npm package: where it is not installed, only the SDK speaks for the wire.
describe.skipIf(!hasCli)('the AWS CLI', { timeout: 60_000 }, () => {
  let aws: LocalAws;

  beforeAll(async () => {
    aws = await startLocalAws();
  });

  afterAll(() => aws.close());

  async function cli(...args: string[]) {
    const env = { PATH: process.env.PATH, HOME: '/nonexistent', ...aws.environment };
    // Version 1 of the CLI sends sqs to AWS whatever AWS_ENDPOINT_URL says; the option it heeds.
    const all = [...args, '--endpoint-url', aws.endpoint, '--output', 'json'];
    const { stdout } = await promisify(execFile)('aws', all, { env });
    return stdout.trim() === '' ? undefined : JSON.parse(stdout);
  }

  const copy = (from: string, to: string) =>
    promisify(execFile)('aws', ['s3', 'cp', from, to], {
      env: { PATH: process.env.PATH, HOME: '/nonexistent', ...aws.environment },
    });

  it('is told who it is', async () => {
    expect(await cli('sts', 'get-caller-identity')).toEqual({
      UserId: 'user',
      Account: '000000000000',
      Arn: 'arn:aws:iam::000000000000:user/user',
    });
  });

  it('sends and receives a message', async () => {
    const { QueueUrl } = await cli('sqs', 'create-queue', '--queue-name', 'cli');
    await cli('sqs', 'send-message', '--queue-url', QueueUrl, '--message-body', 'hello');
    const { Messages } = await cli('sqs', 'receive-message', '--queue-url', QueueUrl);
    expect(Messages).toMatchObject([{ Body: 'hello' }]);
  });

  it('knows an error by its code', async () => {
    await expect(cli('sqs', 'get-queue-url', '--queue-name', 'nowhere')).rejects.toThrow(
      'AWS.SimpleQueueService.NonExistentQueue',
    );
  });

  it('copies a file to a bucket and back, and lists it', async () => {
    await cli('s3api', 'create-bucket', '--bucket', 'cli-bucket');
    await copy('package.json', 's3://cli-bucket/a b/package.json');
    await copy('s3://cli-bucket/a b/package.json', '/dev/null');
    const { Contents } = await cli('s3api', 'list-objects-v2', '--bucket', 'cli-bucket');
    expect(Contents).toMatchObject([{ Key: 'a b/package.json' }]);
  });

  it('writes a row by PartiQL and reads it', async () => {
    await cli(
      'dynamodb',
      'create-table',
      ...['--table-name', 'cli-table', '--billing-mode', 'PAY_PER_REQUEST'],
      ...['--attribute-definitions', 'AttributeName=pk,AttributeType=S'],
      ...['--key-schema', 'AttributeName=pk,KeyType=HASH'],
    );
    const statement = `INSERT INTO "cli-table" VALUE {'pk': ?}`;
    await cli('dynamodb', 'execute-statement', '--statement', statement, '--parameters', '[{"S":"a"}]');
    expect(await cli('dynamodb', 'scan', '--table-name', 'cli-table')).toMatchObject({
      Items: [{ pk: { S: 'a' } }],
    });
  });
});
