import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTaskFiles, type TaskFiles } from '../../../services/tasks/task-files.ts';
import { openTasks } from './open-tasks.ts';

let tasks: Awaited<ReturnType<typeof openTasks>>;
let files: TaskFiles;
beforeAll(async () => {
  tasks = await openTasks();
  files = createTaskFiles({ client: tasks.client, tableName: 'task-files' });
});
afterAll(() => tasks.close());

let count = 0;
async function newFile(): Promise<string> {
  const taskFileId = `file-${count++}`;
  const file = { taskFileId, owner: 'ada', name: 'a.csv', bucket: 'b', key: 'k', etag: 'e' };
  await files.create(file, { rowsPerPart: 7 });
  return taskFileId;
}
const status = async (id: string) => (await files.get(id)).status;
const counts = { total: 3, created: 2, rejected: 0, failed: 1 };

it('goes from NEW to IN_PROGRESS to COMPLETED, and keeps the rows of a part of its first day', async () => {
  const id = await newFile();
  expect(await status(id)).toBe('NEW');
  await files.create(
    { taskFileId: id, owner: 'eve', name: 'x', bucket: 'b', key: 'k', etag: 'e' },
    { rowsPerPart: 9 },
  );
  expect(await files.start(id)).toEqual({ rowsPerPart: 7 });
  expect(await files.start(id)).toEqual({ rowsPerPart: 7 });
  expect(await files.get(id)).toEqual({ owner: 'ada', name: 'a.csv', status: 'IN_PROGRESS' });
  await files.complete(id, counts);
  expect(await status(id)).toBe('COMPLETED');
});

it('has nothing left to read once it was read, COMPLETED or FAILED', async () => {
  const [read, completed, failed] = [await newFile(), await newFile(), await newFile()];
  await files.markRead(read, { rows: 3 });
  await files.complete(completed, counts);
  await files.fail(failed, 'no CSV');
  for (const id of [read, completed, failed]) expect(await files.start(id)).toBeUndefined();
});

it('stays at its end', async () => {
  const [completed, failed] = [await newFile(), await newFile()];
  await files.complete(completed, counts);
  await files.fail(completed, 'late');
  await files.fail(failed, 'no CSV');
  await files.complete(failed, counts);
  expect([await status(completed), await status(failed)]).toEqual(['COMPLETED', 'FAILED']);
});

it('takes newer counts, and leaves them when older ones come late', async () => {
  const id = await newFile();
  const newer = { total: 3, created: 3, rejected: 0, failed: 0 };
  await files.complete(id, counts);
  await files.complete(id, newer);
  await files.complete(id, counts);
  const stored = (await tasks.files()).find((file) => file.created === 3);
  expect(stored).toMatchObject(newer);
});

it('refuses a file that is unknown', async () => {
  await expect(files.complete('nobody', counts)).rejects.toThrow('there is no task file nobody');
  await expect(files.start('nobody')).rejects.toThrow('there is no task file nobody');
  await expect(files.get('nobody')).rejects.toThrow('there is no task file nobody');
});
