import { UserError } from '../user-error.ts';
import { type EventSchema, isJsonObject, isOurs, type SchemaFile, type SchemaSet } from './schema-set.ts';
import { walkSchema } from './walk-schema.ts';

/** Throws `UserError` for the first schema that does not say what people and tools need to know of it. */
export function checkSchemas({ metadata, events }: SchemaSet): void {
  for (const schema of [metadata, ...events]) {
    checkTexts(schema);
    checkReferences(schema);
  }
  for (const event of events) checkShape(event);
}

function checkTexts({ file, schema }: SchemaFile): void {
  for (const key of ['title', 'description']) {
    if (!isText(schema[key])) {
      throw new UserError(`${file} has no "${key}". Add one: it goes into the types and docs/events.md.`);
    }
  }
  if (!Array.isArray(schema.examples) || schema.examples.length === 0) {
    throw new UserError(
      `${file} has no "examples". Add a list with at least one whole detail: tests use it.`,
    );
  }
  for (const node of walkSchema(schema)) {
    if (node.isField && node.schema.$ref === undefined && !isText(node.schema.description)) {
      throw new UserError(`${file}: ${node.pointer} has no "description". Say what the field holds.`);
    }
  }
}

/** A schema stands for itself: what it says does not change with another event's file. */
function checkReferences({ file, schema }: SchemaFile): void {
  for (const { pointer, schema: node } of walkSchema(schema)) {
    const reference = node.$ref;
    if (reference === undefined || (typeof reference === 'string' && reference.startsWith('#'))) continue;
    if (reference === metadataReference && pointer === '/properties/metadata') continue;
    throw new UserError(
      `${file}: ${pointer || '/'} refers to ${JSON.stringify(reference)}. ` +
        `Only /properties/metadata may refer to another file, and only to "${metadataReference}"; put the rest under "definitions" and refer to "#/definitions/<name>".`,
    );
  }
}

function checkShape(event: EventSchema): void {
  const { file, schema } = event;
  if (schema.type !== 'object') {
    throw new UserError(
      `${file}: "type" is ${JSON.stringify(schema.type)}, but EventBridge takes only an object as detail. Set "type": "object".`,
    );
  }
  if (!isOurs(event)) return;
  const required = Array.isArray(schema.required) ? schema.required : [];
  const properties = isJsonObject(schema.properties) ? schema.properties : {};
  for (const name of ['metadata', 'data']) {
    if (!required.includes(name) || !isJsonObject(properties[name])) {
      throw new UserError(
        `${file}: an event of ours is { metadata, data }, but "${name}" is not both in "properties" and in "required". Add it.`,
      );
    }
  }
  const metadata = properties.metadata;
  if (!isJsonObject(metadata) || metadata.$ref !== metadataReference) {
    throw new UserError(
      `${file}: /properties/metadata is not the shared envelope. Set it to { "$ref": "${metadataReference}" }.`,
    );
  }
}

const metadataReference = '../metadata.json';

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '';
}
