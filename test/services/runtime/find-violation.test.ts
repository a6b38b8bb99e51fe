import { describe, expect, it } from 'vitest';
import { taskFileCompletedV1 } from '../../../generated/events/task-file-completed-v1.ts';
import { taskFileReadPausedV1 } from '../../../generated/events/task-file-read-paused-v1.ts';
import { findViolation } from '../../../services/runtime/find-violation.ts';
import { completed, completedEvent } from './task-events.ts';

const { detail } = completedEvent;
const withData = (data: object) => ({ ...detail, data: { ...completed, ...data } });
const find = (value: unknown) => findViolation(taskFileCompletedV1.validate, value);

it('finds none in a valid detail', () => {
  expect(find(detail)).toBeUndefined();
});

describe('names field, what is allowed and the value', () => {
  it.each([
    [withData({ total: 1.5 }), '/data/total must be integer, but is 1.5'],
    [withData({ owner: '' }), '/data/owner must NOT have fewer than 1 characters, but is ""'],
    [withData({ taskFileId: 'x' }), '/data/taskFileId must match format "uuid", but is "x"'],
    [withData({ name: ['a', 'b'] }), '/data/name must be string, but is a list of 2'],
    [withData({ name: { secret: 1 } }), '/data/name must be string, but is an object of secret'],
    [{ ...detail, data: {} }, "/data must have required property 'taskFileId', but is an object of nothing"],
    [{ ...detail, data: null }, '/data must be object, but is null'],
    [undefined, '/ must be object, but is undefined'],
    [
      { ...detail, metadata: { ...detail.metadata, occurredAt: '2026-02-30T00:00:00Z' } },
      '/metadata/occurredAt must match format "date-time", but is "2026-02-30T00:00:00Z"',
    ],
  ])('%#', (value, violation) => {
    expect(find(value)).toBe(violation);
  });

  it('lists the values of an enum', () => {
    const paused = {
      ...detail,
      data: { ...completed, bucket: 'b', key: 'k', etag: 'e', delimiter: '|', columns: ['a'] },
    };
    const next = { byte: 0, line: 2, part: 0 };
    expect(findViolation(taskFileReadPausedV1.validate, { ...paused, data: { ...paused.data, next } })).toBe(
      '/data/delimiter must be equal to one of the allowed values: [",",";","\\t"], but is "|"',
    );
  });

  it('shortens a long value', () => {
    expect(find(withData({ taskFileId: 'x'.repeat(10_000) }))?.length).toBeLessThan(200);
  });
});
