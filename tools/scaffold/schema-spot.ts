import type { ValidateFunction } from 'ajv';
import { type CompiledSchema, schemaId } from '../codegen/compile-schemas.ts';
import { isJsonObject, type JsonObject, type SchemaFile } from '../codegen/schema-set.ts';
import { escapePointer } from '../codegen/walk-schema.ts';

/** A place in an event's schema that says what a part of its detail may be. */
export interface SchemaSpot {
  readonly file: SchemaFile;
  /** JSON pointer from the file's root. */
  readonly pointer: string;
  readonly schema: JsonObject;
  /** Whether every valid event has something there. */
  readonly isRequired: boolean;
}

/** What the schema of one event says of its fields. Fields within arrays are reached as event patterns reach them: as if they stood alone. */
export interface SchemaReader {
  readonly root: SchemaSpot;
  /** What may stand at a field; `isOpen` when the schema leaves it to the event which fields there are. */
  fieldOf(
    spot: SchemaSpot,
    name: string,
  ): { readonly spots: readonly SchemaSpot[]; readonly isOpen: boolean };
  /** The names of the fields that it knows. */
  namesIn(spot: SchemaSpot): readonly string[];
  /** The schemas of the single values that may stand there: of the spot itself, and of the elements when it is an array. */
  valuesOf(spot: SchemaSpot): readonly SchemaSpot[];
  /** Every schema that a value there has to meet, whatever else. */
  demandsOn(spot: SchemaSpot): readonly JsonObject[];
  /** Whether the schema lets a value stand there. */
  allows(spot: SchemaSpot, value: unknown): boolean;
}

export function createSchemaReader({ event, ajv }: CompiledSchema, metadata: SchemaFile): SchemaReader {
  const validators = new Map<string, ValidateFunction>();
  return {
    root: { file: event, pointer: '', schema: event.schema, isRequired: true },

    fieldOf(spot, name) {
      const parts = partsOf(spot);
      return {
        spots: parts.flatMap((part) => fieldIn(part, name)),
        isOpen: parts.some(({ schema }) => isOpen(schema)),
      };
    },

    namesIn: (spot) =>
      partsOf(spot).flatMap(({ schema }) =>
        isJsonObject(schema.properties) ? Object.keys(schema.properties) : [],
      ),

    valuesOf(spot) {
      const elements = partsOf(spot).filter(({ pointer }) => /\/items(\/\d+)?$/.test(pointer));
      return [spot, ...elements];
    },

    demandsOn: (spot) => partsOf(spot, ['$ref', 'allOf']).map(({ schema }) => schema),

    allows(spot, value) {
      const id = `${schemaId(spot.file)}#${encodeURI(spot.pointer)}`;
      const validate = validators.get(id) ?? ajv.compile({ $ref: id });
      validators.set(id, validate);
      return validate(value);
    },
  };

  /** A spot, and all that is said of the same field elsewhere: by reference, in combinations, of an array's elements. */
  function partsOf(
    spot: SchemaSpot,
    keywords: readonly string[] = ['$ref', 'allOf', 'anyOf', 'oneOf', 'then', 'else', 'items'],
    seen = new Set<JsonObject>(),
  ): readonly SchemaSpot[] {
    if (seen.has(spot.schema)) return [];
    seen.add(spot.schema);
    const inner = keywords.flatMap((keyword) => innerOf(spot, keyword));
    return [spot, ...inner.flatMap((part) => partsOf(part, keywords, seen))];
  }

  function innerOf(spot: SchemaSpot, keyword: string): readonly SchemaSpot[] {
    const inner = spot.schema[keyword];
    const isRequired = spot.isRequired && (keyword === '$ref' || keyword === 'allOf');
    if (keyword === '$ref')
      return typeof inner === 'string' ? [{ ...referredTo(spot.file, inner), isRequired }] : [];
    const pointer = `${spot.pointer}/${keyword}`;
    const list: readonly unknown[] = Array.isArray(inner) ? inner : [];
    return [
      ...(isJsonObject(inner) ? [{ ...spot, pointer, schema: inner, isRequired }] : []),
      ...list.flatMap((schema, index) =>
        isJsonObject(schema) ? [{ ...spot, pointer: `${pointer}/${index}`, schema, isRequired }] : [],
      ),
    ];
  }

  /** Schemas refer to themselves and to the metadata alone: codegen sees to that. */
  function referredTo(file: SchemaFile, reference: string): Omit<SchemaSpot, 'isRequired'> {
    if (!reference.startsWith('#')) return { file: metadata, pointer: '', schema: metadata.schema };
    const pointer = decodeURI(reference.slice(1));
    let at: unknown = file.schema;
    for (const step of pointer.split('/').slice(1)) {
      const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
      at = (at as Readonly<Record<string, unknown>> | undefined)?.[name];
    }
    return { file, pointer, schema: isJsonObject(at) ? at : {} };
  }
}

function fieldIn(spot: SchemaSpot, name: string): readonly SchemaSpot[] {
  const { schema, pointer } = spot;
  const { properties, patternProperties, additionalProperties, required } = schema;
  const isRequired = spot.isRequired && Array.isArray(required) && required.includes(name);
  const found: SchemaSpot[] = [];
  const add = (inner: unknown, path: string) => {
    if (inner === true) found.push({ ...spot, pointer: path, schema: {}, isRequired });
    else if (isJsonObject(inner)) found.push({ ...spot, pointer: path, schema: inner, isRequired });
  };
  if (isJsonObject(properties) && Object.hasOwn(properties, name)) {
    add(properties[name], `${pointer}/properties/${escapePointer(name)}`);
  }
  for (const [expression, inner] of Object.entries(
    isJsonObject(patternProperties) ? patternProperties : {},
  )) {
    if (new RegExp(expression, 'u').test(name))
      add(inner, `${pointer}/patternProperties/${escapePointer(expression)}`);
  }
  if (found.length === 0) add(additionalProperties, `${pointer}/additionalProperties`);
  return found;
}

/** An object of which nothing is said but that it is one, or that is not even said to be one. */
function isOpen(schema: JsonObject): boolean {
  const { type, items, additionalProperties } = schema;
  const types: readonly unknown[] = type === undefined ? ['object'] : [type].flat();
  if (!types.includes('object') && !(types.includes('array') && items === undefined)) return false;
  if (additionalProperties !== undefined && additionalProperties !== true) return false;
  return !closing.some((keyword) => schema[keyword] !== undefined);
}

const closing = [
  'properties',
  'patternProperties',
  '$ref',
  'allOf',
  'anyOf',
  'oneOf',
  'items',
  'enum',
  'const',
];
