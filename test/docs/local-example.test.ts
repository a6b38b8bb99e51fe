import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type LocalAws, startLocalAws } from '../../tools/local/start-local-aws.ts';
import { synthesiseFixture } from '../tools/local/deploy/fixture/synthesise-fixture.ts';

let aws: LocalAws;
let assembly: string;
beforeAll(async () => {
  assembly = synthesiseFixture(await mkdtemp(join(tmpdir(), 'local-example-')));
  aws = await startLocalAws();
  await aws.deploy(assembly);
});
afterAll(async () => {
  await aws.close();
  await rm(assembly, { recursive: true });
});

it('hands an order over again whose function died before its acknowledgement', async () => {
  const sqs = new SQSClient({
    endpoint: aws.endpoint,
    region: aws.region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  aws.faults.inject({ hop: 'function', effect: 'crash', subject: 'echo', times: 1 });

  const QueueUrl = `${aws.endpoint}/${aws.accountId}/orders`;
  const { MessageId = '' } = await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'tea' }));
  await aws.observations.waitFor('settled', ({ failed }) => failed.includes(MessageId));
  aws.clock.advance(60_000);
  await aws.observations.waitFor('settled', ({ done }) => done.includes(MessageId));

  const runs = aws.observations.recent().filter(({ kind }) => kind === 'invoked');
  expect(runs).toMatchObject([{ function: 'echo', error: expect.any(String) }, { function: 'echo' }]);
  sqs.destroy();
});
