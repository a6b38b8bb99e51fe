import type { EventOf } from '../../../services/runtime/event.ts';

export const completed = {
  taskFileId: '5f0c9f3e-8a57-5d1c-9a43-0f6a1c2b3d4e',
  owner: 'ada',
  name: 'groceries.csv',
  total: 3,
  created: 2,
  rejected: 1,
  failed: 0,
};

const envelope = {
  version: '0',
  id: '17793124-05d4-b198-2fde-7ededc63b103',
  account: '000000000000',
  time: '2026-11-21T09:30:00Z',
  region: 'us-east-1',
  resources: [],
} as const;

export const completedEvent: EventOf<'TaskFileCompleted.v1'> = {
  ...envelope,
  source: 'fanbus.tasks',
  'detail-type': 'TaskFileCompleted.v1',
  detail: {
    metadata: {
      eventId: '0199a4c6-3f10-7d2a-9b1e-5c0d8e7f6a12',
      correlationId: 'chain-1',
      occurredAt: '2026-11-21T09:30:00.000Z',
      producer: 'create-tasks',
      traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    },
    data: completed,
  },
};

export const objectCreatedEvent: EventOf<'Object Created'> = {
  ...envelope,
  source: 'aws.s3',
  'detail-type': 'Object Created',
  detail: {
    bucket: { name: 'uploads' },
    object: { key: 'task-files/ada/groceries.csv', size: 4, etag: 'b194', sequencer: '617f' },
  },
};
