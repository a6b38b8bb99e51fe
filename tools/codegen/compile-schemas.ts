import { Ajv, type AnySchemaObject, type ValidateFunction } from 'ajv';

import { UserError } from '../user-error.ts';
import { formats } from './formats.ts';
import { INGRESS } from './http/ingress.ts';
import type { EventSchema, SchemaFile, SchemaSet } from './schema-set.ts';
import { walkSchema } from './walk-schema.ts';

export interface CompiledSchema {
  readonly event: EventSchema;
  readonly validate: ValidateFunction;
  readonly ajv: Ajv;
}

/**
 * Compiles each event's schema, each by an ajv of its own: the code made for one does not change with the others, and so
 * neither do the functions of a consumer that hears nothing of them. Throws `UserError` for a schema that ajv's strict mode refuses.
 */
export function compileSchemas({ metadata, events }: SchemaSet): readonly CompiledSchema[] {
  return events.map((event) => {
    const ajv = new Ajv({
      strict: true,
      strictTypes: true,
      strictTuples: true,
      strictRequired: true,
      allowUnionTypes: true,
      code: { source: true, esm: true, lines: true },
    });
    ajv.addKeyword({ keyword: INGRESS, schemaType: 'boolean' });
    for (const [name, pattern] of Object.entries(formats)) ajv.addFormat(name, pattern);
    compiling(metadata, () => ajv.addSchema(identified(metadata)).getSchema(schemaId(metadata)));
    return { ajv, event, validate: compiling(event, () => ajv.compile(identified(event))) };
  });
}

/** Relative references resolve against an id, and the path is the id. */
function identified(file: SchemaFile): AnySchemaObject {
  return { ...file.schema, $id: schemaId(file) };
}

/** The id under which ajv knows a schema: its path. */
export function schemaId({ file }: SchemaFile): string {
  return `fanbus:/${encodeURI(file)}`;
}

function compiling<Result>(file: SchemaFile, compile: () => Result): Result {
  try {
    return compile();
  } catch (cause) {
    throw new UserError(explain(file, cause instanceof Error ? cause.message : String(cause)), { cause });
  }
}

function explain({ file, schema }: SchemaFile, message: string): string {
  const keyword = /unknown keyword: "(.+)"/.exec(message)?.[1];
  for (const { pointer, schema: node } of walkSchema(schema)) {
    if (keyword !== undefined && Object.hasOwn(node, keyword)) {
      return `${file}: ${pointer || '/'} has the keyword "${keyword}", which JSON Schema (draft 7) does not know. Correct or remove it.`;
    }
    const reference = node.$ref;
    if (typeof reference === 'string' && message.startsWith(`can't resolve reference ${reference} `)) {
      return `${file}: ${pointer || '/'} refers to "${reference}", which does not exist. Add it under "definitions" or correct the reference.`;
    }
  }
  return `${file}: ${message}. Correct the schema.`;
}
