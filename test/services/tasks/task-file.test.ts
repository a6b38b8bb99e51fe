import { expect, it } from 'vitest';
import { identifyTaskFile } from '../../../services/tasks/task-file.ts';

const identify = (key: string, sequencer = '01') =>
  identifyTaskFile({ bucket: { name: 'uploads' }, object: { key, etag: 'abc', sequencer } });

it.each([
  ['task-files/ada/list.csv', 'ada', 'list.csv'],
  ['task-files/list.csv', 'shared', 'list.csv'],
  ['task-files//list.csv', 'shared', 'list.csv'],
  ['task-files/ada/2026/my list.csv', 'ada', '2026/my list.csv'],
])('takes %s as a file of %s named %s', (key, owner, name) => {
  expect(identify(key)).toMatchObject({ owner, name, key, bucket: 'uploads', etag: 'abc' });
});

it('gives the same upload the same identity, and another upload another', () => {
  expect(identify('task-files/a.csv').taskFileId).toBe(identify('task-files/a.csv').taskFileId);
  expect(identify('task-files/a.csv').taskFileId).not.toBe(identify('task-files/a.csv', '02').taskFileId);
});
