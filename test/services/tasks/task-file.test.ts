import { expect, it } from 'vitest';
import { identifyTaskFile, uploadKey } from '../../../services/tasks/task-file.ts';

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

const uploadId = '01993d1e-7a70-7cc0-8000-1b2c3d4e5f61';

it.each([
  [`task-files/ada/${uploadId}/list.csv`, 'ada', 'list.csv'],
  [`task-files/ada/${uploadId}/2026/my list.csv`, 'ada', '2026/my list.csv'],
])('takes %s as a file of %s named %s, of that upload', (key, owner, name) => {
  expect(identify(key)).toMatchObject({ owner, name, uploadId });
});

it.each([
  [`task-files/ada/${uploadId}`, 'ada', uploadId],
  [`task-files/ada/${uploadId}.csv`, 'ada', `${uploadId}.csv`],
  [`task-files/${uploadId}/list.csv`, uploadId, 'list.csv'],
  [`task-files//${uploadId}/list.csv`, 'shared', `${uploadId}/list.csv`],
])('takes %s as a file of %s named %s, of no upload', (key, owner, name) => {
  expect(identify(key)).toMatchObject({ owner, name });
  expect(identify(key)).not.toHaveProperty('uploadId');
});

it('reads back where an upload was told to go', () => {
  const upload = { owner: 'auth0|ada', uploadId, name: 'my (first) list.csv' };
  expect(identify(uploadKey(upload))).toMatchObject(upload);
});

it('gives the same upload the same identity, and another upload another', () => {
  expect(identify('task-files/a.csv').taskFileId).toBe(identify('task-files/a.csv').taskFileId);
  expect(identify('task-files/a.csv').taskFileId).not.toBe(identify('task-files/a.csv', '02').taskFileId);
});
