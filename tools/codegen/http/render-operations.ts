import { compile } from 'json-schema-to-typescript';
import { isJsonObject, type JsonObject } from '../schema-set.ts';
import type { GeneratedFile } from '../write-files.ts';
import { type ApiFragment, type ApiOperation, type ApiResponse, JSON_TYPE } from './api-fragment.ts';
import { allParameters, requestSchema } from './request-schema.ts';

/** One module per domain: the types of its operations, and the contract that createApi needs of them. */
export async function renderOperations(fragment: ApiFragment): Promise<GeneratedFile> {
  const { domain, operations, title } = fragment;
  const typeName = `${domain.charAt(0).toUpperCase()}${domain.slice(1)}Operations`;
  const types = await compile(
    {
      definitions: withLocalReferences(fragment.schemas),
      description: `What the operations of ${title} take and answer.`,
      ...closedObject(
        Object.fromEntries(operations.map((operation) => [operation.id, operationSchema(operation)])),
      ),
    } as object,
    typeName,
    { additionalProperties: false, bannerComment: '', ignoreMinAndMaxItems: true, format: false },
  );
  return {
    path: `generated/http/${domain}.ts`,
    content: `import * as validators from './validators/${domain}.js';

/** What is wrong. \`type\`: a kebab-case name of its own, where the status does not say enough. */
interface Problem {
  detail: string;
  type?: string;
  errors?: readonly { readonly pointer: string; readonly detail: string }[];
}

${types}
/** The contract of ${title}: what createApi needs of it. */
export const ${domain}Api = {
  name: ${JSON.stringify(fragment.functionName)},
  operations: {
${operations.map(renderContract).join('\n')}
  },
  types: undefined as ${typeName} | undefined,
} as const;
`,
  };
}

function operationSchema(operation: ApiOperation): JsonObject {
  const { body, isOpen, responses, source } = operation;
  const request = requestSchema(operation).properties;
  return {
    description: `${source.summary}.`,
    ...closedObject({
      ...Object.fromEntries(
        Object.entries(request).map(([name, part]) => [
          name,
          name === 'body' ? withLocalReferences(part) : withDefaults(part),
        ]),
      ),
      ...(body?.mediaType === JSON_TYPE ? {} : { body: { tsType: body ? 'Buffer' : 'undefined' } }),
      isOpen: { const: isOpen },
      response: { anyOf: [...responses, INVALID].map(responseSchema) },
    }),
  };
}

/** What an operation may find wrong with a request that its schema cannot: every operation may. */
const INVALID: ApiResponse = { status: 400, headers: [] };

function responseSchema({ status, headers, content }: ApiResponse): JsonObject {
  const isProblem = status >= 400;
  const properties = {
    status: { const: status },
    ...(isProblem ? { problem: { tsType: 'Problem' } } : {}),
    ...(content ? { body: bodySchema(content) } : {}),
    ...(headers.length > 0 ? { headers: headersSchema(headers) } : {}),
  };
  // A link to a next page is there or not; the other headers always are.
  const optional = headers.every((name) => OPTIONAL_HEADERS.has(name.toLowerCase())) ? ['headers'] : [];
  return {
    type: 'object',
    additionalProperties: false,
    required: Object.keys(properties).filter((name) => !optional.includes(name)),
    properties,
  };
}

function bodySchema({ mediaType, schema }: { readonly mediaType: string; readonly schema: JsonObject }) {
  return mediaType === JSON_TYPE ? withLocalReferences(schema) : { tsType: 'string' };
}

function headersSchema(headers: readonly string[]): JsonObject {
  const names = headers.map((name) => name.toLowerCase());
  return {
    type: 'object',
    additionalProperties: false,
    required: names.filter((name) => !OPTIONAL_HEADERS.has(name)),
    properties: Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
  };
}

const OPTIONAL_HEADERS: ReadonlySet<string> = new Set(['link']);

/** What has a default is always there once it is read. */
function withDefaults(part: JsonObject): JsonObject {
  const properties = isJsonObject(part.properties) ? part.properties : {};
  const required = Array.isArray(part.required) ? part.required : [];
  const given = Object.entries(properties).filter(([, each]) => isJsonObject(each) && 'default' in each);
  return { ...part, required: [...required, ...given.map(([name]) => name)] };
}

function closedObject(properties: JsonObject): JsonObject {
  return { type: 'object', additionalProperties: false, required: Object.keys(properties), properties };
}

/** The compiler of types names a schema by its place under `definitions`, and only there. */
function withLocalReferences<Schema>(schema: Schema): Schema {
  return JSON.parse(
    JSON.stringify(schema, (key, value) => (key === 'examples' ? undefined : value)).replaceAll(
      '"#/components/schemas/',
      '"#/definitions/',
    ),
  );
}

function renderContract(operation: ApiOperation): string {
  const { id, method, path, isOpen, body } = operation;
  const parameters = allParameters(operation).map(({ name, in: place, schema }) => ({
    in: place,
    name: place === 'header' ? name.toLowerCase() : name,
    type: schema.type,
    ...('default' in schema ? { default: schema.default } : {}),
  }));
  return `    ${id}: {
      method: ${JSON.stringify(method)},
      path: ${JSON.stringify(path)},
      isOpen: ${isOpen},
      parameters: ${JSON.stringify(parameters)},
      body: ${body ? JSON.stringify({ mediaType: body.mediaType, maxBytes: body.maxBytes }) : 'undefined'},
      validate: validators.${id},
    },`;
}
