import { expect, it } from 'vitest';
import { generate } from '../../../../tools/codegen/generate.ts';
import type { ApiFragment } from '../../../../tools/codegen/http/api-fragment.ts';
import { compileRequests } from '../../../../tools/codegen/http/compile-requests.ts';
import { addIngress } from '../../../../tools/codegen/http/ingress.ts';
import { readFragments } from '../../../../tools/codegen/http/read-fragments.ts';
import type { EventSchema } from '../../../../tools/codegen/schema-set.ts';
import { openSchemas } from '../open-schemas.ts';

const sold = eventOf('Sold.v1', {
  description: 'What was sold.',
  type: 'object',
  required: ['items'],
  properties: {
    items: { description: 'The items.', type: 'array', items: { $ref: '#/definitions/item' } },
  },
});
const told = eventOf('Told.v1', { description: 'Nothing more.', type: 'object', properties: {} });
const secret = eventOf('Secret.v1', { description: 'Nothing more.', type: 'object' }, false);

function eventOf(detailType: string, data: object, isOpen = true): EventSchema {
  const typeName = detailType.replace('.v', 'V');
  return {
    file: `schemas/acme/${detailType}.json`,
    source: 'acme',
    detailType,
    typeName,
    moduleName: typeName.toLowerCase(),
    schema: {
      description: 'It happened.',
      type: 'object',
      ...(isOpen ? { 'x-ingress': true } : {}),
      properties: { metadata: { $ref: '../metadata.json' }, data },
      definitions: {
        item: {
          description: 'An item.',
          type: 'object',
          required: ['id'],
          properties: { id: { description: 'Its id.', type: 'string' } },
        },
      },
    },
  };
}

/** Whether POST /events would take one event, and where it is wrong. */
function checker(events: readonly EventSchema[]) {
  const root = openSchemas();
  const isIngress = ({ domain }: ApiFragment) => domain === 'events';
  const [fragment] = addIngress(readFragments(root).filter(isIngress), events);
  if (!fragment) throw new Error('there is no fragment of events');
  const { ajv, ids } = compileRequests(fragment);
  const validate = ajv.getSchema(ids.publishEvents ?? '');
  return (event: object) => {
    const isTaken = validate?.({ path: {}, query: {}, headers: {}, body: { events: [event] } });
    return isTaken || validate?.errors?.map(({ instancePath, keyword }) => `${instancePath} ${keyword}`);
  };
}

it('takes events of every type whose schema says so, checked as that type', () => {
  const check = checker([sold, told, secret]);
  expect(check({ type: 'Sold.v1', data: { items: [{ id: 'a' }] } })).toBe(true);
  expect(check({ type: 'Told.v1', data: {} })).toBe(true);
  expect(check({ type: 'Sold.v1', data: {} })).toEqual(['/body/events/0/data required']);
  expect(check({ type: 'Sold.v1', data: { items: [{}] } })).toEqual(['/body/events/0/data/items/0 required']);
});

it('refuses every other type', () => {
  const check = checker([sold, secret]);
  expect(check({ type: 'Secret.v1', data: {} })).toEqual(['/body/events/0 discriminator']);
  expect(check({ data: {} })).toEqual(['/body/events/0 required']);
});

it('refuses fields that a listener would pass over, and metadata from outside', () => {
  const check = checker([sold]);
  expect(check({ type: 'Sold.v1', data: { items: [{ id: 'a', price: 7 }] } })).toEqual([
    '/body/events/0/data/items/0 additionalProperties',
  ]);
  expect(check({ type: 'Sold.v1', data: { items: [] }, metadata: {} })).toEqual([
    '/body/events/0 additionalProperties',
  ]);
});

it('refuses everything while no type may come from outside', () => {
  expect(checker([secret])({ type: 'Secret.v1', data: {} })).toEqual(['/body/events/0 not']);
});

const example = {
  metadata: {
    eventId: '0199a4c6-3f10-7d2a-9b1e-5c0d8e7f6a12',
    correlationId: 'c',
    occurredAt: '2026-11-21T09:30:00.000Z',
    producer: 'post',
  },
  data: {},
};
const shipped = {
  title: 'Shipped',
  description: 'It left.',
  type: 'object',
  required: ['metadata', 'data'],
  properties: {
    metadata: { $ref: '../metadata.json' },
    data: { description: 'Nothing more.', type: 'object' },
  },
  examples: [example],
};

it('refuses the keyword in the wrong place, and in an event of AWS', async () => {
  const generating = (path: string, schema: object) => generate(openSchemas({ [path]: schema }));
  await expect(
    generating('schemas/acme.post/Shipped.v1.json', { ...shipped, 'x-ingress': 'yes' }),
  ).rejects.toThrow(
    'schemas/acme.post/Shipped.v1.json: /x-ingress is "yes". It stands at the top of a schema, and is true.',
  );
  await expect(
    generating('schemas/aws.s3/Object Shipped.json', { ...shipped, 'x-ingress': true }),
  ).rejects.toThrow('would let anybody speak in the name of AWS. Remove it');
  await expect(
    generating('schemas/acme.post/Shipped.v1.json', { ...shipped, 'x-ingress': true }),
  ).resolves.toMatchObject({ events: 1 });
});
