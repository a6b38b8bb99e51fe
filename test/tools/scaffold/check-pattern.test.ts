import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compileSchemas } from '../../../tools/codegen/compile-schemas.ts';
import { ownEvent } from '../../../tools/codegen/own-event.ts';
import { readSchemas } from '../../../tools/codegen/read-schemas.ts';
import type { JsonObject } from '../../../tools/codegen/schema-set.ts';
import { checkPattern, type DetailPattern } from '../../../tools/scaffold/check-pattern.ts';

const root = join(import.meta.dirname, '../../..');
const { metadata, events } = readSchemas(root);
const everyEvent = compileSchemas({ metadata, events: [...events, ownEvent] });

function check(type: string, detail: DetailPattern): readonly string[] {
  const [compiled] = everyEvent.filter(({ event }) => event.detailType === type);
  if (compiled === undefined) throw new Error(`no ${type}`);
  return checkPattern(detail, compiled, metadata);
}

/** A schema of data that is made for the test. */
function checkData(data: JsonObject, pattern: DetailPattern): readonly string[] {
  const [model] = events.filter(({ detailType }) => detailType === 'ItemReceived.v1');
  if (model === undefined) throw new Error('no ItemReceived.v1');
  const properties = { metadata: { $ref: '../metadata.json' }, data: { type: 'object', ...data } };
  const event = { ...model, schema: { type: 'object', required: ['metadata', 'data'], properties } };
  const [compiled] = compileSchemas({ metadata, events: [event] });
  if (compiled === undefined) throw new Error('not compiled');
  return checkPattern({ data: pattern }, compiled, metadata);
}

describe('conditions that no valid event meets', () => {
  it.each<[string, DetailPattern, string]>([
    [
      'ItemLabelled.v1',
      { data: { knd: ['text'] } },
      'detail.data has no "knd"; it has itemId, owner, id, kind, size, keywords. Did you mean "kind"?',
    ],
    [
      'ItemLabelled.v1',
      { data: { kind: { of: ['text'] } } },
      'detail.data.kind has no "of"; it has no fields.',
    ],
    [
      'ItemLabelled.v1',
      { detail: { data: { kind: ['text'] } } },
      'detail has no "detail"; it has metadata, data.',
    ],
    ['ItemLabelled.v1', { metadata: { producr: ['x'] } }, 'Did you mean "producer"?'],
    [
      'ItemLabelled.v1',
      { data: { kind: ['txt'] } },
      'detail.data.kind is one of "empty", "text", "figures", "mixed", so ["txt"] is never met. Did you mean "text"?',
    ],
    ['ItemLabelled.v1', { data: { kind: [{ prefix: 'z' }] } }, 'so [{"prefix":"z"}] is never met.'],
    [
      'ItemLabelled.v1',
      { data: { kind: [{ 'anything-but': ['empty', 'text', 'figures', 'mixed'] }] } },
      'is never met',
    ],
    [
      'ItemLabelled.v1',
      { data: { itemId: ['7'] } },
      'detail.data.itemId is of type string, format uuid, so ["7"] is never met.',
    ],
    [
      'ItemLabelled.v1',
      { data: { owner: [7] } },
      'detail.data.owner is of type string, minLength 1, so [7] is never met.',
    ],
    ['ItemLabelled.v1', { data: { id: [{ prefix: 'x'.repeat(129) }] } }, 'maxLength 128'],
    [
      'ItemLabelled.v1',
      { data: { keywords: ['abc'] } },
      'detail.data.keywords is of type string, minLength 4, maxLength 40',
    ],
    [
      'ItemLabelled.v1',
      { data: [{ exists: true }] },
      'detail.data is an object, of which a field must be named',
    ],
    [
      'ItemLabelled.v1',
      { data: { owner: [{ exists: false }] } },
      'detail.data.owner is in every one of them',
    ],
    ['Object Created', { object: { size: ['5'] } }, 'detail.object.size is of type integer, minimum 0'],
    ['Object Created', { object: { size: [{ numeric: ['<', 0] }] } }, 'is never met'],
    ['Object Created', { object: { size: [{ numeric: ['>', 1, '<', 2] }] } }, 'is never met'],
    ['Object Created', { object: { key: [''] } }, 'is never met'],
    [
      'ItemLabelled.v1',
      { $or: [{ data: { kind: ['txt'] } }, { data: { knd: ['text'] } }] },
      'so ["txt"] is never met.',
    ],
  ])('refuses %s with %j', (type, detail, message) => {
    expect(() => check(type, detail)).toThrow(message);
  });

  it('refuses what AWS would', () => {
    expect(() => check('ItemLabelled.v1', { data: { kind: 'text' } })).toThrow(
      '"kind" must be an object or an array',
    );
    expect(() => check('ItemLabelled.v1', { data: { kind: [{ like: 'text' }] } })).toThrow(
      'Unrecognized match type like',
    );
    expect(() => check('ItemLabelled.v1', {})).toThrow('Empty objects are not allowed');
  });

  it.each<[JsonObject, DetailPattern]>([
    [{ properties: { n: { type: 'integer', minimum: 1, maximum: 3 } } }, { n: [{ numeric: ['>', 3] }] }],
    [{ properties: { n: { type: 'number', exclusiveMaximum: 3 } } }, { n: [{ numeric: ['>=', 3] }] }],
    [{ properties: { n: { const: 'one' } } }, { n: ['two'] }],
    [{ properties: { n: { type: 'boolean' } } }, { n: [{ wildcard: '*' }] }],
    [
      {
        properties: {
          a: { type: 'array', items: { type: 'object', properties: { b: { type: 'string' } } } },
        },
      },
      { a: { c: ['x'] } },
    ],
    [{ properties: { s: { type: 'string', pattern: '^[a-z]+$' } } }, { s: ['A'] }],
  ])('refuses by the schema %j: %j', (data, pattern) => {
    expect(() => checkData(data, pattern)).toThrow('matches no valid');
  });
});

describe('conditions that a valid event could meet', () => {
  it.each<[string, DetailPattern]>([
    ['ItemReceived.v1', { data: { content: { anything: { at: { all: [{ numeric: ['>', 3] }] } } } } }],
    ['ItemReceived.v1', { data: { content: { note: [{ exists: false }] } } }],
    ['ItemReceived.v1', { data: { unheardOf: [{ exists: false }] } }],
    ['ItemLabelled.v1', { metadata: { causationId: [{ exists: false }] } }],
    ['ItemLabelled.v1', { $or: [{ data: { kind: ['text'] } }, { data: { size: ['large'] } }] }],
    ['ItemLabelled.v1', { data: { keywords: [{ 'equals-ignore-case': 'GARDEN' }] } }],
    ['OwnEvent', { data: { image: { imageId: [{ exists: true }] } } }],
  ])('lets %s pass with %j', (type, detail) => {
    expect(check(type, detail)).toEqual([]);
  });

  it.each<[JsonObject, DetailPattern]>([
    [
      { properties: { n: { type: 'integer', minimum: 1, maximum: 3, multipleOf: 3 } } },
      { n: [{ numeric: ['>', 1] }] },
    ],
    [{ properties: { n: { type: 'number' } } }, { n: [{ numeric: ['>', 1, '<', 1.5] }] }],
    [{ properties: { n: { type: 'integer', minimum: 0, maximum: 1 } } }, { n: [{ 'anything-but': [0] }] }],
    [{ properties: { n: { anyOf: [{ type: 'string' }, { type: 'integer' }] } } }, { n: [5] }],
    [{ properties: { n: { description: 'anything' } } }, { n: { deep: ['x'] } }],
    [{ properties: { n: { $ref: '#/properties/data/properties/m' }, m: { type: 'string' } } }, { n: ['x'] }],
    [{ allOf: [{ properties: { n: { type: 'string' } } }] }, { n: ['x'] }],
    [{ patternProperties: { '^x-': { type: 'string' } } }, { 'x-a': ['b'] }],
    [{ additionalProperties: { type: 'integer' } }, { any: [5] }],
    [{ properties: { 'a.b': { type: 'string' } } }, { a: { b: ['x'] } }],
    [{ properties: { s: { type: ['string', 'null'] } } }, { s: [null] }],
  ])('by the schema %j: %j', (data, pattern) => {
    expect(checkData(data, pattern)).toEqual([]);
  });

  it('tells of one value that is never met beside one that is', () => {
    expect(check('ItemLabelled.v1', { data: { kind: ['text', 'figurs'] } })).toEqual([
      'detail.data.kind is one of "empty", "text", "figures", "mixed", so "figurs" is never met. Did you mean "figures"?',
    ]);
  });

  it.each(
    everyEvent
      .filter(({ event }) => event !== ownEvent)
      .map((compiled) => [compiled.event.detailType, compiled] as const),
  )('lets pass whatever an example of %s meets', (_, compiled) => {
    const examples = compiled.event.schema.examples as readonly object[];
    const leaves = examples.flatMap((example) => [...leavesOf(example)]);
    expect(leaves.length).toBeGreaterThan(3);
    for (const { path, leaf } of leaves) {
      const condition: readonly unknown[] = [leaf, { exists: true }, ...operatorsFor(leaf)];
      const pattern = path.reduceRight<unknown>((inner, name) => ({ [name]: inner }), condition);
      expect(checkPattern(pattern as DetailPattern, compiled, metadata), path.join('.')).toEqual([]);
    }
  });
});

/** Every value of an event, and the names that lead to it: an array's elements are where the array is. */
function* leavesOf(
  value: unknown,
  path: readonly string[] = [],
): Generator<{ path: readonly string[]; leaf: unknown }> {
  if (Array.isArray(value)) for (const element of value) yield* leavesOf(element, path);
  else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value)) yield* leavesOf(inner, [...path, name]);
  } else yield { path, leaf: value };
}

function operatorsFor(leaf: unknown): readonly object[] {
  if (typeof leaf === 'number') return [{ numeric: ['=', leaf] }, { numeric: ['>=', leaf, '<', leaf + 1] }];
  if (typeof leaf !== 'string') return [];
  const [first = ''] = leaf;
  return [
    { 'anything-but': 'it' },
    { prefix: first },
    { suffix: leaf.slice(-1) },
    { wildcard: '*' },
    { 'equals-ignore-case': leaf.toUpperCase() },
  ];
}
