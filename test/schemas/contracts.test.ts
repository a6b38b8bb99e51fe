import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { objectCreated } from '../../generated/events/object-created.ts';
import { taskRowsReadV1 } from '../../generated/events/task-rows-read-v1.ts';

const root = join(import.meta.dirname, '../..');
const schemas = globSync('schemas/*.*/*.json', { cwd: root });

describe('every schema of an event', () => {
  it('is found', () => {
    expect(schemas.length).toBeGreaterThan(3);
  });

  it.each(schemas)('lets consumers ignore fields they do not know: %s', (file) => {
    expect(readFileSync(join(root, file), 'utf8')).not.toContain('additionalProperties');
  });
});

describe('Object Created', () => {
  // As recorded on AWS, with the fields that came later and that only some buckets have.
  const detail = {
    version: '0',
    'event-version': '1.2',
    bucket: { name: 'bkt', 'aws-generated-tags': { 'aws:cloudformation:stack-name': 'stack' } },
    object: { key: 'k', size: 5, etag: 'b194', 'version-id': 'IYV3', sequencer: '617f08299329d189' },
    'request-id': 'N4N7',
    requester: '123456789012',
    'source-ip-address': '192.0.2.1',
    reason: 'CompleteMultipartUpload',
  };

  it("accepts AWS's event, whatever AWS adds", () => {
    expect(objectCreated.validate(detail)).toBe(true);
    expect(objectCreated.validate({ ...detail, added: { later: true } })).toBe(true);
  });

  it('refuses one without the sequencer that tells two uploads apart', () => {
    const { sequencer: _, ...object } = detail.object;
    expect(objectCreated.validate({ ...detail, object })).toBe(false);
  });
});

describe('TaskRowsRead.v1', () => {
  const [example] = JSON.parse(
    readFileSync(join(root, 'schemas/fanbus.tasks/TaskRowsRead.v1.json'), 'utf8'),
  ).examples;
  const withData = (data: object) => ({ ...example, data: { ...example.data, ...data } });

  it('carries cells as they stand in the file, checked by nobody yet', () => {
    expect(taskRowsReadV1.validate(withData({ rows: [{ line: 2, title: '', dueAt: 'soon' }] }))).toBe(true);
  });

  it('names a child by part and line', () => {
    expect(taskRowsReadV1.validate(withData({ child: '3.17' }))).toBe(true);
    expect(taskRowsReadV1.validate(withData({ child: '3' }))).toBe(false);
  });

  it('refuses a part without rows', () => {
    expect(taskRowsReadV1.validate(withData({ rows: [] }))).toBe(false);
  });
});
