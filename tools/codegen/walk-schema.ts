import { isJsonObject, type JsonObject } from './schema-set.ts';

export interface SchemaNode {
  /** JSON pointer from the schema's root: `/properties/data/properties/owner`. */
  readonly pointer: string;
  readonly schema: JsonObject;
  /** Whether it stands in `properties`, so that people look it up by name. */
  readonly isField: boolean;
}

/** Yields a schema and every schema inside it, outermost first. */
export function* walkSchema(schema: JsonObject, pointer = '', isField = false): Generator<SchemaNode> {
  yield { pointer, schema, isField };
  for (const keyword of mapsOfSchemas) {
    const map = schema[keyword];
    if (!isJsonObject(map)) continue;
    for (const [name, inner] of Object.entries(map)) {
      if (!isJsonObject(inner)) continue;
      yield* walkSchema(inner, `${pointer}/${keyword}/${escapePointer(name)}`, keyword === 'properties');
    }
  }
  for (const keyword of listsOfSchemas) {
    const inner = schema[keyword];
    for (const [index, one] of (Array.isArray(inner) ? inner : []).entries()) {
      if (isJsonObject(one)) yield* walkSchema(one, `${pointer}/${keyword}/${index}`);
    }
  }
  for (const keyword of schemas) {
    const inner = schema[keyword];
    if (isJsonObject(inner)) yield* walkSchema(inner, `${pointer}/${keyword}`);
  }
}

const mapsOfSchemas = ['properties', 'patternProperties', 'definitions', '$defs', 'dependencies'];
const listsOfSchemas = ['allOf', 'anyOf', 'oneOf', 'items'];
const schemas = ['items', 'additionalProperties', 'contains', 'propertyNames', 'not', 'if', 'then', 'else'];

/** A name as one step of a JSON pointer. */
export function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
