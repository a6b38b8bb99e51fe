import type { JsonObject } from '../schema-set.ts';
import { type ApiOperation, type ApiParameter, JSON_TYPE } from './api-fragment.ts';

/** The header that makes a POST safe to repeat: every POST takes it. */
export const idempotencyKey: ApiParameter = {
  name: 'Idempotency-Key',
  in: 'header',
  isRequired: false,
  schema: { type: 'string', minLength: 1, maxLength: 128, pattern: '^[!-~]+$' },
  source: {
    name: 'Idempotency-Key',
    in: 'header',
    description:
      'A name for this request, such as a UUID. The same key with the same request is answered as it was before and done once; it is kept for a day.',
    schema: { type: 'string', minLength: 1, maxLength: 128, pattern: '^[!-~]+$' },
  },
};

/** What every operation takes beside its own parameters. */
export function allParameters({ method, parameters }: ApiOperation): readonly ApiParameter[] {
  return method === 'POST' ? [...parameters, idempotencyKey] : parameters;
}

/** What an operation takes, as one schema: `{ path, query, headers, body }`, header names in lower case. */
export function requestSchema(operation: ApiOperation) {
  const parts = { path: 'path', query: 'query', headers: 'header' } as const;
  const properties: Record<string, JsonObject> = Object.fromEntries(
    Object.entries(parts).map(([name, place]) => [
      name,
      parametersSchema(allParameters(operation).filter((each) => each.in === place)),
    ]),
  );
  if (operation.body?.mediaType === JSON_TYPE) properties.body = operation.body.schema;
  return { type: 'object', required: Object.keys(properties), properties };
}

function parametersSchema(parameters: readonly ApiParameter[]): JsonObject {
  const nameOf = ({ name, in: place }: ApiParameter) => (place === 'header' ? name.toLowerCase() : name);
  return {
    type: 'object',
    additionalProperties: false,
    required: parameters.filter(({ isRequired }) => isRequired).map(nameOf),
    properties: Object.fromEntries(
      parameters.map((each) => [nameOf(each), { ...each.schema, description: each.source.description }]),
    ),
  };
}
