import { hex } from './hex.ts';
import type { EventKind } from './workloads.ts';

/** An application's event with metadata and a list of objects that no rule asks for. */
export const applicationEvents: EventKind = {
  name: 'application',
  eventOf: (n, { group, text, amount, person }) => ({
    version: '0',
    id: `${hex(n, 8)}-05d4-b198-2fde-${hex(n + 1, 12)}`,
    'detail-type': 'OrderPlaced.v1',
    source: 'shop.orders',
    account: '123456789012',
    time: '2026-11-21T10:20:30Z',
    region: 'us-east-1',
    resources: [],
    detail: {
      metadata: { id: hex(n + 2, 32), correlationId: hex(n + 3, 32), isReplay: false },
      data: {
        tenant: group,
        reference: text,
        total: amount,
        currency: 'EUR',
        isGift: n % 3 === 0,
        customer: person,
        lines: [
          { sku: hex(n + 4, 8), quantity: 1 + (n % 9), price: 19.95 },
          { sku: hex(n + 5, 8), quantity: 2, price: 4.5 },
        ],
      },
    },
  }),
  patternOf: ({ group, text, amount, person }) => ({
    source: ['shop.orders'],
    'detail-type': ['OrderPlaced.v1'],
    detail: { data: { tenant: group, reference: text, total: amount, customer: person } },
  }),
};
