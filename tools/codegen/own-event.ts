import type { EventSchema } from './schema-set.ts';

/**
 * What every event of ours is, whatever its type: metadata and data. No such event is said; a consumer of all of them checks
 * them against this, and so holds none of their schemas and does not change with them.
 */
export const ownEvent: EventSchema = {
  // No such file: its reference is resolved from there.
  file: 'schemas/own/event.json',
  source: 'fanbus.*',
  detailType: 'OwnEvent',
  typeName: 'OwnEvent',
  moduleName: 'own-event',
  schema: {
    type: 'object',
    required: ['metadata', 'data'],
    properties: {
      metadata: { $ref: '../metadata.json' },
      data: { type: 'object', description: 'What the type says: checked by whoever said it.' },
    },
  },
};
