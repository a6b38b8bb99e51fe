import { hex } from './hex.ts';
import type { EventKind } from './workloads.ts';

/** S3's `Object Created`, as long as S3 makes it for an object with a version. */
export const s3Events: EventKind = {
  name: 'S3',
  eventOf: (n, { group, text, amount, person }) => ({
    version: '0',
    id: `${hex(n, 8)}-05d4-b198-2fde-${hex(n + 1, 12)}`,
    'detail-type': 'Object Created',
    source: 'aws.s3',
    account: '123456789012',
    time: '2026-11-21T10:20:30Z',
    region: 'us-east-1',
    resources: [`arn:aws:s3:::${group}`],
    detail: {
      version: '0',
      bucket: { name: group },
      object: {
        // A long key makes the kilobyte.
        key: text.replace('/', `/${[5, 6, 7, 8, 9, 10].map((at) => hex(n + at, 64)).join('/')}/`),
        size: amount,
        etag: hex(n, 32),
        'version-id': hex(n + 2, 32),
        sequencer: hex(n + 3, 18),
      },
      'request-id': hex(n + 4, 16),
      requester: person,
      'source-ip-address': `10.0.${n % 250}.4`,
      reason: 'PutObject',
    },
  }),
  patternOf: ({ group, text, amount, person }) => ({
    source: ['aws.s3'],
    'detail-type': ['Object Created'],
    detail: {
      bucket: group && { name: group },
      object: (text ?? amount) && { key: text, size: amount },
      requester: person,
    },
  }),
};
