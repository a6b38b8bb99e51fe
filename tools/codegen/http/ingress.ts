import { UserError } from '../../user-error.ts';
import { type EventSchema, isJsonObject, isOurs, type JsonObject } from '../schema-set.ts';
import { walkSchema } from '../walk-schema.ts';
import type { ApiFragment } from './api-fragment.ts';

/** In an event's schema: true when it may come from outside, by POST /events. */
export const INGRESS = 'x-ingress';

/** Throws `UserError` where the keyword stands in the wrong place. */
export function checkIngress(events: readonly EventSchema[]): void {
  for (const event of events) {
    for (const { pointer, schema } of walkSchema(event.schema)) {
      if (!(INGRESS in schema)) continue;
      if (pointer !== '' || schema[INGRESS] !== true) {
        throw new UserError(
          `${event.file}: ${pointer}/${INGRESS} is ${JSON.stringify(schema[INGRESS])}. It stands at the top of a schema, and is true.`,
        );
      }
      if (!isOurs(event)) {
        throw new UserError(
          `${event.file}: "${INGRESS}" would let anybody speak in the name of AWS. Remove it: only events of ours may come from outside.`,
        );
      }
    }
  }
}

/** Adds to the fragment that refers to it the schema `IngressEvent`: one of the events that may come from outside, told apart by `type`. */
export function addIngress(
  fragments: readonly ApiFragment[],
  events: readonly EventSchema[],
): readonly ApiFragment[] {
  const open = events.filter(({ schema }) => schema[INGRESS] === true);
  return fragments.map((fragment) =>
    JSON.stringify(fragment.schemas).includes('"#/components/schemas/IngressEvent"')
      ? { ...fragment, schemas: { ...fragment.schemas, ...ingressSchemas(open) } }
      : fragment,
  );
}

function ingressSchemas(events: readonly EventSchema[]): Record<string, JsonObject> {
  const [first] = events;
  if (first === undefined) {
    return { IngressEvent: { description: 'No type of event may come from outside yet.', not: {} } };
  }
  return {
    IngressEvent: {
      description: 'An event, as its type has it.',
      type: 'object',
      required: ['type'],
      properties: { type: { description: 'What is said.', type: 'string' } },
      discriminator: { propertyName: 'type' },
      // Without a mapping, which ajv does not know, the value of `type` is the name of a schema.
      oneOf: events.map(({ detailType }) => ({ $ref: `#/components/schemas/${detailType}` })),
    },
    ...Object.assign({}, ...events.map(eventSchemas)),
  };
}

function eventSchemas({ typeName, detailType, schema }: EventSchema): Record<string, JsonObject> {
  const properties = isJsonObject(schema.properties) ? schema.properties : {};
  const definitions = isJsonObject(schema.definitions) ? schema.definitions : {};
  const nameOf = (definition: string) =>
    `${typeName}${definition.charAt(0).toUpperCase()}${definition.slice(1)}`;
  return {
    [detailType]: {
      description: schema.description,
      type: 'object',
      additionalProperties: false,
      required: ['type', 'data'],
      properties: {
        type: { description: 'What is said.', type: 'string', const: detailType },
        data: closed(properties.data, nameOf),
      },
    },
    ...Object.fromEntries(
      Object.entries(definitions).map(([name, definition]) => [
        nameOf(name),
        closed(definition, nameOf) as JsonObject,
      ]),
    ),
  };
}

/**
 * Who listens passes over what it does not know; who speaks must be told. So an object takes only its properties here, and
 * what was among the event's definitions is among the document's schemas.
 */
function closed(value: unknown, nameOf: (definition: string) => string): unknown {
  if (Array.isArray(value)) return value.map((each) => closed(each, nameOf));
  if (!isJsonObject(value)) return value;
  const definition =
    typeof value.$ref === 'string' ? /^#\/definitions\/(.+)$/.exec(value.$ref)?.[1] : undefined;
  if (definition !== undefined) return { $ref: `#/components/schemas/${nameOf(definition)}` };
  const inner = Object.fromEntries(Object.entries(value).map(([key, each]) => [key, closed(each, nameOf)]));
  const isClosing = value.type === 'object' && isJsonObject(value.properties);
  return isClosing && !('additionalProperties' in value) ? { ...inner, additionalProperties: false } : inner;
}
