import { expect, it } from 'vitest';
import { createMetadata } from '../../../../services/runtime/metadata.ts';
import { childId } from '../../../../services/tasks/create-tasks/row-range.ts';
import { OWNER_MAX_BYTES } from '../../../../services/tasks/task-file.ts';
import { readAll } from './read-all.ts';

it('keeps the delivered event of every part within 64 KiB, with the longest names, also when it is put back', async () => {
  const owner = 'é'.repeat(OWNER_MAX_BYTES / 2);
  const file = Buffer.from(
    `title,detail\n${Array.from({ length: 20_000 }, (_, n) => `Täsk ${n},"a ""b"""\n`).join('')}`,
  );
  const parts = await readAll(file);
  const envelope = {
    version: '0',
    id: '17793124-05d4-b198-2fde-7ededc63b103',
    'detail-type': 'TaskRowsRead.v1',
    source: 'fanbus.tasks',
    account: '111122223333',
    time: '2026-11-21T09:30:00Z',
    region: 'ap-southeast-4',
    resources: [],
  };
  const causedBy = { ...envelope, 'replay-name': 'r'.repeat(64), detail: {} };
  const metadata = createMetadata({ producer: 'read-task-file', causedBy, nowMs: 0 })();
  const taskFileId = '5f0c9f3e-8a57-5d1c-9a43-0f6a1c2b3d4e';
  const bytes = parts.map(({ part, rows }) => {
    const far = part + 13_000_000;
    const child = childId(childId(childId(`${far}`, SPAN), SPAN), SPAN);
    const detail = { metadata, data: { taskFileId, owner, part: far, child, rows } };
    return Buffer.byteLength(JSON.stringify({ ...envelope, 'replay-name': 'r'.repeat(64), detail }));
  });
  expect(Math.max(...bytes)).toBeLessThanOrEqual(65_536);
  expect(Math.max(...bytes)).toBeGreaterThan(63_488);
});

const SPAN = { first: 900_000_000, last: 900_001_000 };
