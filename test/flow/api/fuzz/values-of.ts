import fc from 'fast-check';
import { resolve, type Schema, validatorOf } from './document.ts';

/** Values that a schema allows, often at its limits. */
export function valuesOf(given: Schema): fc.Arbitrary<unknown> {
  const schema = resolve(given);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.oneOf) return fc.oneof(...schema.oneOf.map(valuesOf));
  if (schema.type === 'boolean') return fc.boolean();
  if (schema.type === 'integer') return fc.integer({ min: schema.minimum, max: schema.maximum });
  if (schema.type === 'array') return arraysOf(schema, valuesOf);
  if (schema.type === 'object') {
    const own = fc.record(mapValues(schema.properties ?? {}, valuesOf), {
      requiredKeys: [...(schema.required ?? [])],
    });
    return schema.properties ? own : freeObjects;
  }
  return textsOf(schema).filter((text) => validatorOf(schema)(text));
}

/** Values near those that a schema allows: most have something wrong somewhere. */
export function wrongValuesOf(given: Schema): fc.Arbitrary<unknown> {
  const schema = resolve(given);
  return fc.oneof({ weight: 4, arbitrary: broken(schema) }, { weight: 1, arbitrary: junk });
}

function broken(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.oneOf) return fc.oneof(...schema.oneOf.map(wrongValuesOf));
  if (schema.type === 'array') return arraysOf(schema, wrongValuesOf);
  if (schema.type === 'object' && schema.properties) {
    const member = (property: Schema) => fc.oneof(valuesOf(property), wrongValuesOf(property));
    const own = fc.record(mapValues(schema.properties, member), { requiredKeys: [] });
    const unknown = fc.dictionary(fc.oneof(names, fc.string({ maxLength: 8 })), junk, { maxKeys: 1 });
    return fc.tuple(own, unknown).map(([a, b]) => ({ ...a, ...b }));
  }
  if (schema.type === 'string') return textsOf({ ...schema, format: undefined });
  return junk;
}

/** Stand for what `JSON.stringify` cannot write: see `toJson`. */
const RAW = '\u{f8ff}';
const rawTexts = [
  '1e400',
  '-1e400',
  '-0',
  '1e-400',
  '9'.repeat(400),
  '0.1000000000000000055511151231257827',
  '"\\ud800"',
  '"\\u0000"',
  '{"a":1,"a":2}',
  '{"__proto__":{"isAdmin":true}}',
  ...[40, 1_000, 9_000].flatMap((depth) => [
    `${'['.repeat(depth)}${']'.repeat(depth)}`,
    `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`,
  ]),
];

/** A value as JSON, with the texts that stand in it for more than a value can say. */
export function toJson(value: unknown): string {
  return JSON.stringify(value).replace(
    new RegExp(`"${RAW}(\\d+)"`, 'gu'),
    (_, index) => rawTexts[Number(index)] ?? '',
  );
}

const raw = fc.nat(rawTexts.length - 1).map((index) => `${RAW}${index}`);
const names = fc.constantFrom('__proto__', 'constructor', 'toString', 'length', 'owner', 'id', '', 'a/b~c');
const texts = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.constantFrom('', ' ', '\ufeff', '\u0000', '\ud800', '..', '𝄞é́', "'; --", '=1+1'),
);
const junk: fc.Arbitrary<unknown> = fc.oneof(
  raw,
  texts,
  fc.jsonValue({ maxDepth: 3 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(null, true, [], {}, 0, -1, 2 ** 53, 'x'.repeat(3_000)),
);
const freeObjects = fc.dictionary(fc.oneof(names, fc.string({ maxLength: 8 })), junk, {
  maxKeys: 4,
  noNullPrototype: true,
});

function textsOf({ format, minLength = 0, maxLength = 1_000 }: Schema): fc.Arbitrary<string> {
  if (format === 'uuid') return fc.uuid();
  if (format === 'date-time') return times;
  const limits = [minLength, maxLength, maxLength + 1].flatMap((length) => [
    'x'.repeat(length),
    '𝄞'.repeat(length),
  ]);
  return fc.oneof({ weight: 4, arbitrary: texts }, { weight: 1, arbitrary: fc.constantFrom(...limits) });
}

const times = fc.oneof(
  fc
    .date({
      min: new Date('0000-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59Z'),
      noInvalidDate: true,
    })
    .map((date) => date.toISOString()),
  fc.constantFrom(
    '2026-12-01t09:00:00+23:59',
    '2026-12-01T09:00:00.123456789012345678901234567890-12:00',
    '2026-12-31T23:59:60Z',
    '2028-02-29T00:00:00Z',
    '0000-01-01T00:00:00+14:00',
    '9999-12-31T23:59:59-14:00',
    '2026-12-01T09:00:00-00:00',
  ),
);

function arraysOf(
  { items = {}, minItems = 0, maxItems = 10 }: Schema,
  each: (schema: Schema) => fc.Arbitrary<unknown>,
): fc.Arbitrary<unknown> {
  const long = fc
    .tuple(each(items), fc.constantFrom(maxItems, maxItems + (each === valuesOf ? 0 : 1)))
    .map(([item, length]) => Array(length).fill(item));
  return fc.oneof(
    { weight: 60, arbitrary: fc.array(each(items), { minLength: minItems, maxLength: minItems + 3 }) },
    { weight: 1, arbitrary: long },
  );
}

function mapValues<T>(
  schemas: Readonly<Record<string, Schema>>,
  map: (schema: Schema) => T,
): Record<string, T> {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, map(schema)]));
}
