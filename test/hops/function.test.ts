import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { plainCsv } from '../flow/open-tasks-flow.ts';
import { type Hops, openHops } from './open-hops.ts';

let hops: Hops;
const undo: (() => void)[] = [];
beforeAll(async () => {
  process.env.SECRET_OF_THIS_MACHINE = 'must not get into a function';
  hops = await openHops();
});
afterEach(() => {
  for (const step of undo.splice(0)) step();
});
afterAll(() => {
  delete process.env.SECRET_OF_THIS_MACHINE;
  return hops.close();
});

const metadata = {
  eventId: '0199a4c6-3f10-7d2a-9b1e-5c0d8e7f6a12',
  correlationId: 'chain-of-a-bad-event',
  occurredAt: '2026-11-21T09:30:00.000Z',
  producer: 'test',
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
};
const rowsRead = (data: object) =>
  JSON.stringify({
    source: 'fanbus.tasks',
    'detail-type': 'TaskRowsRead.v1',
    id: 'b0b7b2a4-1c55-4a9e-8a0f-2d6f6f0c9a11',
    detail: { metadata, data },
  });
const data = {
  taskFileId: '5f0c9f3e-8a57-5d1c-9a43-0f6a1c2b3d4e',
  owner: 'ada',
  part: 0,
  rows: [{ line: 2 }],
};

describe('a message that can never be handled', () => {
  it.each<[string, string, string, string | undefined]>([
    [
      'its schema refuses it',
      rowsRead({ ...data, rows: [{ line: 1 }] }),
      'the detail of fanbus.tasks/TaskRowsRead.v1 is not valid',
      '/data/rows/0/line must be >= 2, but is 1',
    ],
    [
      'nobody here consumes it',
      rowsRead(data).replace('TaskRowsRead.v1', 'TaskRowsRead.v2'),
      'create-tasks does not consume fanbus.tasks/TaskRowsRead.v2',
      undefined,
    ],
    ['it is no event', 'hello', 'the body is no event: JSON with id, source, detail-type, detail', undefined],
  ])('is parked at its first receive with the reason: %s', async (_, body, reason, error) => {
    const name = 'create-tasks';
    const settled = hops.next('settled', ({ queue }) => queue === hops.names.consumer(name));
    const { MessageId = '' } = await hops.send(name, body);
    expect(await settled).toMatchObject({ done: [MessageId], failed: [] });

    const letters = await hops.takeDeadLetters(name);
    expect(letters.map(({ Body }) => Body)).toEqual([body]);
    const { TRACEPARENT, CORRELATION_ID, ERROR, ...attributes } = Object.fromEntries(
      Object.entries(letters[0]?.MessageAttributes ?? {}).map(([key, { StringValue }]) => [key, StringValue]),
    );
    expect(attributes).toEqual({
      REASON: reason,
      CONSUMER: name,
      MESSAGE_ID: MessageId,
      RECEIVE_COUNT: '1',
      PARKED_AT: expect.any(String),
    });
    expect(ERROR).toBe(error);
    if (body.startsWith('{')) {
      expect({ TRACEPARENT, CORRELATION_ID }).toEqual({
        TRACEPARENT: metadata.traceparent,
        CORRELATION_ID: metadata.correlationId,
      });
    }
  });
});

it('gives back the one message of a batch that failed, and that one alone', async () => {
  const heal = hops.aws.faults.inject({ hop: 'fan-in', effect: 'throttle', subject: '"Bad"' });
  undo.push(heal);
  await hops.pause('create-tasks');
  const titles = ['Good', 'Bad', 'Better'];
  const keys = await Promise.all(titles.map((title) => hops.upload(`title\n${title}\n`, `${title}.csv`)));
  for (const title of titles) {
    await hops.bus.waitFor(
      (event) => event['detail-type'] === 'TaskRowsRead.v1' && JSON.stringify(event).includes(`"${title}"`),
    );
  }
  const settled = hops.next('settled', ({ queue }) => queue === hops.names.consumer('create-tasks'));
  hops.resume('create-tasks');
  const { done, failed } = await settled;
  expect({ done: done.length, failed: failed.length }).toEqual({ done: 2, failed: 1 });

  heal();
  const again = hops.next('settled', ({ done: messages }) => messages.includes(failed[0] ?? ''));
  await hops.untilQuiet();
  expect(await again).toMatchObject({ done: failed, failed: [] });
  for (const key of keys) expect(await hops.files(key)).toMatchObject([{ status: 'COMPLETED', created: 1 }]);
});

it('runs five batches of ten at a time and no more', async () => {
  const queue = hops.names.consumer('create-tasks');
  const key = await hops.upload(plainCsv(5), 'many.csv');
  await hops.untilQuiet();
  const part = hops.chainOf(key).find((event) => event['detail-type'] === 'TaskRowsRead.v1');
  await hops.pause('create-tasks');
  for (let n = 0; n < 120; n += 1) await hops.send('create-tasks', JSON.stringify(part));

  let running = 0;
  const atATime: number[] = [];
  const sizes: number[] = [];
  undo.push(
    hops.aws.observations.on('received', ({ queue: from, messageIds }) => {
      if (from !== queue) return;
      running += 1;
      atATime.push(running);
      sizes.push(messageIds.length);
    }),
    hops.aws.observations.on('settled', ({ queue: from }) => {
      if (from === queue) running -= 1;
    }),
  );
  hops.resume('create-tasks');
  await hops.untilQuiet();
  expect({ atATime: Math.max(...atATime), sizes }).toEqual({ atATime: 5, sizes: Array(12).fill(10) });
  expect(await hops.files(key)).toMatchObject([{ status: 'COMPLETED', created: 5 }]);
});

it('that is throttled gets its messages a little later, at their first receive', async () => {
  const subject = hops.names.consumer('create-tasks');
  undo.push(hops.aws.faults.inject({ hop: 'function', effect: 'throttle', subject, times: 3 }));
  const received: string[] = [];
  undo.push(
    hops.aws.observations.on('received', ({ queue, messageIds }) => {
      if (queue === subject) received.push(...messageIds);
    }),
  );
  const key = await hops.upload(plainCsv(300), 'throttled.csv');
  await hops.untilQuiet();

  expect(await hops.files(key)).toMatchObject([{ status: 'COMPLETED', created: 300 }]);
  expect(received.length).toBeGreaterThan(0);
  expect(new Set(received).size).toBe(received.length);
});

it('calls AWS under its own name, and only the services that it works with', async () => {
  const services: Record<string, Set<string>> = {};
  undo.push(
    hops.aws.observations.on('requested', ({ caller, service }) => {
      services[caller] = (services[caller] ?? new Set()).add(service);
    }),
  );
  await hops.upload(plainCsv(20), 'callers.csv');
  await hops.untilQuiet();

  const { 'fanbus-dev-create-tasks': worker, ...others } = services;
  expect(others).toEqual({
    user: new Set(['s3']),
    'fanbus-dev-read-task-file': new Set(['s3', 'dynamodb', 'events']),
    'fanbus-dev-complete-task-file': new Set(['dynamodb']),
  });
  // The last to finish says so: the worker, or the reader when it comes after it.
  worker?.delete('events');
  expect(worker).toEqual(new Set(['dynamodb']));
});

it('names in its log the chain of what it handled', async () => {
  const key = await hops.upload(plainCsv(3), 'logged.csv');
  await hops.untilQuiet();
  const [upload] = hops.chainOf(key);
  for (const consumer of ['read-task-file', 'create-tasks', 'complete-task-file']) {
    const lines = hops.aws.logs
      .lines(`/aws/lambda/${hops.names.consumer(consumer)}`)
      .map(({ message }) => message)
      .filter((message) => message.includes(upload?.id ?? 'no upload'));
    expect(
      lines.map((line) => JSON.parse(line)),
      consumer,
    ).toContainEqual(
      expect.objectContaining({ service: consumer, message: 'batch handled', correlationIds: [upload?.id] }),
    );
  }
});

describe.skipIf(process.platform !== 'linux')('the process of a function', () => {
  it('has credentials of its own, the engine for an endpoint, and nothing of this machine’s environment', async () => {
    await hops.upload(plainCsv(3), 'processes.csv');
    await hops.untilQuiet();
    const processes = functionProcesses();
    const names = processes.map(({ environment }) => environment.AWS_LAMBDA_FUNCTION_NAME ?? '');
    expect(names).toEqual(
      expect.arrayContaining(
        ['complete-task-file', 'create-tasks', 'read-task-file'].map(hops.names.consumer),
      ),
    );
    for (const { environment, command } of processes) {
      const { AWS_LAMBDA_FUNCTION_NAME: name, AWS_ACCESS_KEY_ID: accessKeyId } = environment;
      expect(hops.aws.callers.identify(accessKeyId)).toMatchObject({ kind: 'function', name });
      expect(environment.AWS_ENDPOINT_URL).toBe(hops.aws.endpoint);
      expect(environment).not.toHaveProperty('SECRET_OF_THIS_MACHINE');
      expect(environment.HOME).not.toBe(process.env.HOME);
      expect(command).toContain('loopback-guard.cjs');
    }
  });
});

/** The processes that this one has started for functions, as Linux knows them. */
function functionProcesses() {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .flatMap((pid) => {
      try {
        const parent = /^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
        if (Number(parent) !== process.pid) return [];
        const pairs = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').filter(Boolean);
        const environment: Record<string, string | undefined> = Object.fromEntries(
          pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
        );
        if (environment.AWS_LAMBDA_FUNCTION_NAME === undefined) return [];
        return [{ environment, command: readFileSync(`/proc/${pid}/cmdline`, 'utf8') }];
      } catch (error) {
        // A process may end while we look.
        if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH'))
          return [];
        throw error;
      }
    });
}
