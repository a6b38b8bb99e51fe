import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTasksFlow, plainCsv, type TasksFlow } from './open-tasks-flow.ts';

let flow: TasksFlow;

beforeAll(async () => {
  flow = await openTasksFlow();
});
afterAll(() => flow.close());

it('leaves a row that fails for ever alone in the dead-letter queue, and completes when it is put back', async () => {
  const rows = 3_000;
  const heal = flow.aws.faults.inject({ hop: 'fan-in', effect: 'throttle', subject: '"Task 1234"' });

  const key = await flow.upload(plainCsv(rows), 'poisoned.csv');
  await flow.untilQuiet();

  const [file] = await flow.files(key);
  expect(file).toMatchObject({ status: 'COMPLETED', total: rows, created: rows - 1, rejected: 0, failed: 1 });
  const tasks = await flow.tasks(file?.taskFileId ?? '');
  expect(tasks.size).toBe(rows - 1);
  expect([...tasks.values()]).not.toContain('Task 1234');

  const [letter, ...others] = await flow.deadLetters('create-tasks');
  expect(others).toEqual([]);
  const event = JSON.parse(letter?.Body ?? '');
  expect(event.detail.data.rows).toMatchObject([{ line: 1235, title: 'Task 1234' }]);
  expect(letter?.MessageAttributes?.CONSUMER?.StringValue).toBe('create-tasks');
  expect(letter?.MessageAttributes?.REASON?.StringValue).toMatch(/Throttling/);

  heal();
  const queue = flow.aws.queues.list().find(({ name }) => name === flow.names.consumer('create-tasks'));
  await flow.sqs.send(new SendMessageCommand({ QueueUrl: queue?.url, MessageBody: letter?.Body }));
  await flow.untilQuiet();

  const [healed] = await flow.files(key);
  expect(healed).toMatchObject({ status: 'COMPLETED', total: rows, created: rows, failed: 0 });
  expect((await flow.tasks(file?.taskFileId ?? '')).get(1235)).toBe('Task 1234');
});

it('completes a file whose every row is refused, and names each', async () => {
  const key = await flow.upload('title,isComplete\n,true\nTask,maybe\n', 'refused.csv');
  await flow.untilQuiet();
  const [file] = await flow.files(key);
  expect(file).toMatchObject({ status: 'COMPLETED', total: 2, created: 0, rejected: 2 });
  expect(await flow.rejects(file?.taskFileId ?? '')).toEqual([
    { line: 2, reason: 'the title is missing' },
    { line: 3, reason: 'isComplete is "maybe", but must be true, false, 1 or 0' },
  ]);
});
