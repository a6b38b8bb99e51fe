import { expect, it } from 'vitest';
import { eventAddress, eventSource } from '../../infra/event-address.ts';

it('finds source and detail-type in the path of a schema', () => {
  expect(eventAddress('aws.s3/Object Created')).toEqual({ source: 'aws.s3', detailType: 'Object Created' });
  expect(eventSource('TaskRowsRead.v1')).toBe('fanbus.tasks');
});

it('refuses an event without a schema', () => {
  expect(() => eventAddress('fanbus.tasks/TaskRowsRaed.v1')).toThrow(
    'no schema for event "fanbus.tasks/TaskRowsRaed.v1": add schemas/fanbus.tasks/TaskRowsRaed.v1.json or correct the address.',
  );
  expect(() => eventSource('TaskRowsRaed.v1')).toThrow('no schema for event type "TaskRowsRaed.v1"');
});

it('refuses an address that is not a source and a detail-type', () => {
  expect(() => eventAddress('TaskRowsRead.v1')).toThrow('must be <source>/<detail-type>');
});
