import { isJsonObject, type JsonObject } from '../schema-set.ts';
import type { GeneratedFile } from '../write-files.ts';
import type { ApiFragment, ApiOperation } from './api-fragment.ts';
import { commonResponses, problemSchemas } from './common-responses.ts';
import { idempotencyKey } from './request-schema.ts';

/** The whole API as one document of OpenAPI 3.1: `docs/openapi.json`, and the same for the function that serves it. */
export function renderOpenapi(fragments: readonly ApiFragment[]): readonly GeneratedFile[] {
  const content = `${JSON.stringify(openapiOf(fragments), null, 2)}\n`;
  return ['docs/openapi.json', 'generated/http/openapi.json'].map((path) => ({ path, content }));
}

function openapiOf(fragments: readonly ApiFragment[]): JsonObject {
  const paths: Record<string, Record<string, JsonObject>> = {};
  for (const fragment of fragments) {
    for (const operation of fragment.operations) {
      paths[operation.path] ??= {};
      (paths[operation.path] ?? {})[operation.method.toLowerCase()] = describe(fragment, operation);
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Fanbus',
      version: '1.0.0',
      description:
        'Written by `npx fanbus codegen` from `schemas/http/`: change those, not this. Every operation but GET /health takes a token: `Authorization: Bearer …`, whose `sub` is the user; the scope `fanbus/admin` sees what is everybody’s. What an operation refuses, it answers as a problem (RFC 9457).',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'Wherever this description was had from.' }],
    tags: fragments.map(({ title, description }) => ({ name: title, description })),
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description:
            'An access token of the issuer that the stage names. On a laptop: `npx fanbus token --sub ada`.',
        },
      },
      schemas: {
        ...Object.assign({}, ...fragments.map(({ schemas }) => schemas)),
        ...problemSchemas,
      },
    },
  };
}

function describe(fragment: ApiFragment, operation: ApiOperation): JsonObject {
  const { method, parameters, body, source } = operation;
  const { parameters: _parameters, requestBody, responses, ...rest } = source;
  const all = [
    ...parameters.map(({ source: parameter, isRequired }) => ({
      ...parameter,
      ...(isRequired ? { required: true } : {}),
    })),
    ...(method === 'POST' ? [idempotencyKey.source] : []),
    ...(hasEtag(operation) ? [ifNoneMatch] : []),
  ];
  return {
    tags: [fragment.title],
    ...rest,
    ...(all.length > 0 ? { parameters: all } : {}),
    ...(body
      ? {
          requestBody: {
            description: `At most ${body.maxBytes.toLocaleString('en')} bytes.`,
            ...(isJsonObject(requestBody) ? requestBody : {}),
            required: true,
          },
        }
      : {}),
    responses: inOrder({
      ...commonResponses(operation),
      ...(hasEtag(operation) ? { 304: { description: 'Nothing has changed.' } } : {}),
      ...describeOwn(responses, commonResponses(operation)),
    }),
  };
}

function describeOwn(responses: unknown, common: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(isJsonObject(responses) ? responses : {}).map(([status, response]) => {
      if (!isJsonObject(response) || !status.startsWith('4')) return [status, response];
      const shared = common[status];
      const also = isJsonObject(shared) ? ` ${shared.description}` : '';
      return [status, { description: `${response.description}${also}`, content: problemContent }];
    }),
  );
}

const problemContent = {
  'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
};

/** Whether its answers carry an ETag that a caller may name in If-None-Match. */
function hasEtag({ method, responses }: ApiOperation): boolean {
  return method === 'GET' && responses.some(({ headers }) => headers.includes('ETag'));
}

const ifNoneMatch = {
  name: 'If-None-Match',
  in: 'header',
  description: 'The ETag that the caller has: when it is still the one, the answer is 304.',
  schema: { type: 'string' },
};

function inOrder(responses: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(responses).sort(([a], [b]) => Number(a) - Number(b)));
}
