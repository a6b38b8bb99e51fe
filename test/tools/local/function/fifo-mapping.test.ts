import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Queue } from '../../../../tools/local/queue/queues.ts';
import { user } from '../../../../tools/local/wire/callers.ts';
import { type OpenFunctions, openFunctions } from './open-functions.ts';

let aws: OpenFunctions;
beforeAll(async () => {
  aws = await openFunctions();
});
afterAll(() => aws.close());

const fifo = { FifoQueue: true, ContentBasedDeduplication: true };
const partial = { FunctionResponseTypes: ['ReportBatchItemFailures'] };

const send = (queue: Queue, body: string, groupId = 'one') => queue.send({ body, groupId }, user).messageId;

const untilSettled = (queue: Queue, batches: number) =>
  aws.observations.waitFor('settled', ({ queue: name }) => {
    const settled = aws.observations
      .recent()
      .filter((seen) => seen.kind === 'settled' && seen.queue === queue.name);
    return name === queue.name && settled.length >= batches;
  });

/** The bodies of each invocation, in order, as the handler logged them. */
const invocationsOf = (name: string) =>
  aws.logs
    .lines(`/aws/lambda/${name}`)
    .flatMap(({ message }) => /BODIES (.*)/.exec(message)?.[1] ?? [])
    .map((text) => text.trim().split(','));

const logging = (after: string) => `exports.handler = async ({ Records }) => {
  const bodies = Records.map(({ body }) => body);
  console.log('BODIES ' + bodies);
  const failing = (failed) => ({ batchItemFailures: Records.filter(({ body }) => failed.includes(body)).map(({ messageId }) => ({ itemIdentifier: messageId })) });
  ${after}
};`;

it('runs one message group strictly one batch after the other', async () => {
  const queue = await aws.addQueue('serial.fifo', fifo);
  const name = 'serial';
  await aws.addFunction(
    name,
    `let running = 0;
    exports.handler = async ({ Records }) => {
      running += 1;
      console.log('BODIES ' + Records.map(({ body }) => body) + ' ' + process.pid + ' ' + running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running -= 1;
    };`,
  );
  for (let n = 1; n <= 6; n += 1) send(queue, String(n));
  await aws.map(queue, name, { BatchSize: 1 });
  await untilSettled(queue, 6);
  const seen = invocationsOf(name).map(([text]) => text?.split(' '));
  expect(seen.map((parts) => parts?.[0])).toEqual(['1', '2', '3', '4', '5', '6']);
  // One environment, so one log stream, and never two at the same time.
  expect(new Set(seen.map((parts) => parts?.[1])).size).toBe(1);
  expect(new Set(seen.map((parts) => parts?.[2]))).toEqual(new Set(['1']));
});

it('gives back the first failure and all after it in their order, until redrive parks what fails to the last', async () => {
  const deadLetters = await aws.addQueue('ordered-dlq.fifo', fifo);
  const queue = await aws.addQueue('ordered.fifo', {
    ...fifo,
    RedrivePolicy: { deadLetterTargetArn: deadLetters.arn, maxReceiveCount: 2 },
  });
  const name = 'ordered';
  await aws.addFunction(name, logging("return failing(bodies.includes('1') ? ['2', '3', '4'] : ['4']);"));
  const ids = ['1', '2', '3', '4'].map((body) => send(queue, body));
  await aws.map(queue, name, partial);
  await untilSettled(queue, 1);
  aws.clock.advance(30_000);
  await untilSettled(queue, 2);
  expect(invocationsOf(name)).toEqual([
    ['1', '2', '3', '4'],
    ['2', '3', '4'],
  ]);
  aws.clock.advance(30_000);
  await aws.observations.waitFor('dead-lettered', ({ messageId }) => messageId === ids[3]);
  expect([deadLetters.depth().visible, queue.depth()]).toEqual([1, { visible: 0, inFlight: 0, delayed: 0 }]);
});

it('lets other groups go on while one group waits for its visibility timeout', async () => {
  const queue = await aws.addQueue('groups.fifo', fifo);
  const name = 'groups';
  await aws.addFunction(name, logging("return failing(bodies.length === 1 ? [] : ['a1', 'a2']);"));
  send(queue, 'a1', 'a');
  send(queue, 'a2', 'a');
  await aws.map(queue, name, partial);
  await untilSettled(queue, 1);
  const later = send(queue, 'a3', 'a');
  const other = send(queue, 'b1', 'b');
  await aws.observations.waitFor('settled', ({ done }) => done.includes(other));
  expect(invocationsOf(name)).toEqual([['a1', 'a2'], ['b1']]);
  aws.clock.advance(30_000);
  await aws.observations.waitFor('received', ({ messageIds }) => messageIds.includes(later));
  await untilSettled(queue, 3);
  expect(invocationsOf(name)[2]).toEqual(['a1', 'a2', 'a3']);
});

it('shows the group, the sequence number and the deduplication id of each message', async () => {
  const queue = await aws.addQueue('shown.fifo', fifo);
  await aws.addFunction(
    'shown',
    'exports.handler = async ({ Records }) => console.log("KEYS " + JSON.stringify(Records[0].attributes));',
  );
  queue.send(
    {
      body: 'x',
      groupId: 'g',
      deduplicationId: 'd',
      traceHeader: 'Root=1-5759e988-bd862e3fe1be46a994272793',
    },
    user,
  );
  await aws.map(queue, 'shown');
  await untilSettled(queue, 1);
  const [line] = aws.logs.lines('/aws/lambda/shown').filter(({ message }) => message.includes('KEYS'));
  expect(JSON.parse(line?.message.split('KEYS ')[1] ?? '{}')).toEqual({
    ApproximateReceiveCount: '1',
    SentTimestamp: expect.stringMatching(/^\d{13}$/),
    SequenceNumber: expect.stringMatching(/^\d{20}$/),
    MessageGroupId: 'g',
    SenderId: 'user',
    MessageDeduplicationId: 'd',
    ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
    AWSTraceHeader: 'Root=1-5759e988-bd862e3fe1be46a994272793',
  });
});

it.each([
  [{ BatchSize: 11 }, 'Batch size must be at most 10 for FIFO queues.'],
  [{ MaximumBatchingWindowInSeconds: 1 }, 'Batching window is not supported for FIFO queues.'],
])('refuses %o', async (properties, message) => {
  const queue = await aws.addQueue('refused.fifo', fifo);
  await aws.addFunction('refused', 'exports.handler = async () => 1;');
  await expect(aws.map(queue, 'refused', properties)).rejects.toThrow(message);
});
